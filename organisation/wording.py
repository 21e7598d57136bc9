"""Every sentence that Voordeur says to a resident, by key, and what may be filled in between its braces.

The sentences themselves are the organisation's, in `texts.<language>.yml`. A key that is not here is nowhere said; a key that is here and
not in the file of a whole language would leave the assistant without words, so `voordeur catalogue check` refuses both.
"""

from __future__ import annotations

from collections.abc import Mapping

DUTCH = "nl"
# In every sentence: {organisation}, {assistant}, {phone} and {email}.
EVERYWHERE = frozenset({"organisation", "assistant", "phone", "email"})
_NOTHING: frozenset[str] = frozenset()

# What the service itself says, whoever has the conversation.
OF_THE_SERVICE: Mapping[str, frozenset[str]] = {
    "greeting": _NOTHING,
    "assistant_down": _NOTHING,
    "assistant_down_choice": _NOTHING,
    "person_asked": frozenset({"reference"}),
    "person_joins": frozenset({"name", "team"}),
    "person_leaves": frozenset({"name"}),
    "intake_closed": frozenset({"name"}),
    "bsn_removed": _NOTHING,
    "intake_withdrawn": _NOTHING,
    "sender_assistant": _NOTHING,
    "sender_system": _NOTHING,
}

# Danger, a person, and how to reach us: in every language, also where the assistant speaks no more of it than this.
IN_EVERY_LANGUAGE: Mapping[str, frozenset[str]] = {
    "crisis_suicide": _NOTHING,
    "crisis_violence": _NOTHING,
    "crisis_danger": _NOTHING,
    "crisis_offer": _NOTHING,
    "crisis_yes": _NOTHING,
    "crisis_no": _NOTHING,
    "crisis_declined": _NOTHING,
    "crisis_handed_over": frozenset({"reference"}),
    "crisis_already": frozenset({"reference"}),
    "safe_now": frozenset({"lines"}),
    "safe_yes": _NOTHING,
    "safe_no": _NOTHING,
    "only_little": _NOTHING,
    "only_little_yes": _NOTHING,
    "only_little_no": _NOTHING,
    "only_little_declined": _NOTHING,
    "handed_over": frozenset({"reference", "when"}),
    "handed_over_closed": frozenset({"reference", "when"}),
    "hand_over_failed": _NOTHING,
    "info_contact": frozenset({"address"}),
    "language_offer": frozenset({"language"}),
    "language_yes": _NOTHING,
    "language_no": _NOTHING,
    "language_changed": _NOTHING,
}

# The rest of what the assistant says. Files of a whole language have all of it.
OF_THE_ASSISTANT: Mapping[str, frozenset[str]] = {
    # what is the matter
    "confirm_service": frozenset({"reflection"}),
    "confirm_services": frozenset({"reflection", "further"}),
    "and": _NOTHING,
    "choose_service": _NOTHING,
    "ask_more": _NOTHING,
    "ask_other_words": _NOTHING,
    "choose_topic": _NOTHING,
    "confirm_yes": _NOTHING,
    "something_else": _NOTHING,
    "a_person": _NOTHING,
    "explain_again": _NOTHING,
    "also_noted": frozenset({"further"}),
    "go_on": _NOTHING,
    "perhaps_danger": frozenset({"lines"}),
    "safe_thanks": _NOTHING,
    # for whom
    "for_other": _NOTHING,
    "for_professional": _NOTHING,
    "child_welcome": frozenset({"line"}),
    "child_yes": _NOTHING,
    "child_no": _NOTHING,
    "child_declined": frozenset({"line"}),
    "child_handed_over": frozenset({"reference", "line"}),
    # to a person
    "ask_consent": _NOTHING,
    "consent_yes": _NOTHING,
    "consent_no": _NOTHING,
    "ask_place": _NOTHING,
    "ask_place_other": _NOTHING,
    "ask_name": _NOTHING,
    "ask_name_professional": _NOTHING,
    "ask_contact": _NOTHING,
    "ask_reach": _NOTHING,
    "reach_morning": _NOTHING,
    "reach_afternoon": _NOTHING,
    "reach_any": _NOTHING,
    "reach_unsafe": _NOTHING,
    "skip": _NOTHING,
    "dont_know": _NOTHING,
    "only_chat": _NOTHING,
    "not_given": _NOTHING,
    "this_chat": _NOTHING,
    "not_safe": _NOTHING,
    "summary": frozenset({"lines"}),
    "summary_again": _NOTHING,
    "line_question": _NOTHING,
    "line_also": _NOTHING,
    "line_story": _NOTHING,
    "line_fact": _NOTHING,
    "line_whom": _NOTHING,
    "line_place": _NOTHING,
    "line_name": _NOTHING,
    "line_contact": _NOTHING,
    "line_reach": _NOTHING,
    "whom_other": _NOTHING,
    "whom_professional": _NOTHING,
    "right": _NOTHING,
    "change": _NOTHING,
    "ask_part": _NOTHING,
    "part_service": _NOTHING,
    "part_facts": _NOTHING,
    "part_place": _NOTHING,
    "part_name": _NOTHING,
    "part_contact": _NOTHING,
    "not_understood": _NOTHING,
    "changed_place": frozenset({"place"}),
    "changed_contact": frozenset({"contact"}),
    "changed_name": frozenset({"name"}),
    "no_consent": frozenset({"hours", "address"}),
    "submitted": frozenset({"reference", "team", "due"}),
    "submit_failed": _NOTHING,
    "try_again": _NOTHING,
    "offer_person": _NOTHING,
    "person_yes": _NOTHING,
    "person_no": _NOTHING,
    "on_we_go": _NOTHING,
    # why is this asked
    "why_service": _NOTHING,
    "why_facts": _NOTHING,
    "why_consent": _NOTHING,
    "why_place": _NOTHING,
    "why_name": _NOTHING,
    "why_contact": _NOTHING,
    "why_reach": _NOTHING,
    "why_checked": _NOTHING,
    # afterwards
    "status": frozenset({"reference", "due"}),
    "status_taken": frozenset({"reference"}),
    "status_done": frozenset({"reference"}),
    "status_none": _NOTHING,
    "status_failed": _NOTHING,
    "withdraw_ask": frozenset({"reference"}),
    "withdraw_yes": _NOTHING,
    "withdraw_no": _NOTHING,
    "withdraw_kept": _NOTHING,
    "withdraw_none": _NOTHING,
    "due_now": _NOTHING,
    "due_on": frozenset({"day"}),
    "open_now": _NOTHING,
    "open_on": frozenset({"day", "time"}),
    "open_today": frozenset({"time"}),
    "hours_line": frozenset({"day", "opens", "closes"}),
    # at any moment
    "info_hours": frozenset({"hours"}),
    "info_cost": _NOTHING,
    "info_waiting": _NOTHING,
    "info_how": _NOTHING,
    "info_language": _NOTHING,
    "privacy": _NOTHING,
    "complaint": _NOTHING,
    "out_of_scope": _NOTHING,
    "smalltalk_greet": _NOTHING,
    "smalltalk_greet_again": _NOTHING,
    "smalltalk_thanks": _NOTHING,
    "smalltalk_bye": _NOTHING,
    "smalltalk_bot": _NOTHING,
    "smalltalk_swear": _NOTHING,
    "stopped": _NOTHING,
    "restarted": _NOTHING,
}
WORDING: Mapping[str, frozenset[str]] = {**OF_THE_SERVICE, **IN_EVERY_LANGUAGE, **OF_THE_ASSISTANT}
# A language of which we have only the most needed.
LEAST: frozenset[str] = frozenset(
    {"greeting", "assistant_down", "assistant_down_choice", "person_asked", *IN_EVERY_LANGUAGE}
)
