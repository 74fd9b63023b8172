"""The tables of the store. Ids of messages, channels and members; nothing that a member wrote."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger, str: String(200)}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Replies(Base):
    __tablename__ = "replies"
    answer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[int] = mapped_column(index=True)
    channel: Mapped[int]
    area: Mapped[int]
    entries: Mapped[str] = mapped_column(String(400))
    unasked: Mapped[bool]
    pointer: Mapped[bool]
    chosen: Mapped[bool]
    addressed: Mapped[bool]
    removed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(index=True)


class Pressed(Base):
    """One row for an answer and kind, whoever pressed and however often: nobody's id is needed."""

    __tablename__ = "feedback"
    answer: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    chosen: Mapped[str] = mapped_column(primary_key=True)
    guild: Mapped[int | None]
    channel: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(index=True)


class MutedChannels(Base):
    __tablename__ = "muted_channels"
    channel: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]


class MembersLeftAlone(Base):
    __tablename__ = "members_left_alone"
    member: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ReportedPermissions(Base):
    __tablename__ = "reported_permissions"
    channel: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    missing: Mapped[str]
