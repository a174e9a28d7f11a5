"""What others ask of disability: councils, case files, sessions, certificates, complaints."""

from registry.disability.service.cases import (
    CaseFile,
    add_sheet,
    case_file,
    list_cases,
    open_case,
)
from registry.disability.service.certificates import certify, to_reassess
from registry.disability.service.council import appoint, change_appointment, members
from registry.disability.service.reviews import answer, complain, refer, take_result
from registry.disability.service.sessions import (
    CaseHearing,
    SessionRecord,
    hold_session,
    read_session,
)

__all__ = [
    "CaseFile",
    "CaseHearing",
    "SessionRecord",
    "add_sheet",
    "answer",
    "appoint",
    "case_file",
    "certify",
    "change_appointment",
    "complain",
    "hold_session",
    "list_cases",
    "members",
    "open_case",
    "read_session",
    "refer",
    "take_result",
    "to_reassess",
]
