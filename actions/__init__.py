"""What the assistant does between hearing and speaking. One file per concern; Rasa finds the classes by importing this package."""

from actions.afterwards import AskWithdraw, TellStatus, Withdraw
from actions.asking import (
    AskChecked,
    AskConsent,
    AskContact,
    AskFacts,
    AskName,
    AskPlace,
    AskPlaceKnown,
    AskReach,
    AskReferralAgreed,
)
from actions.crisis import Crisis, HandOverCrisis
from actions.dialogue import Decline, ExplainQuestion, SmallTalk, Stop
from actions.hand_over import HandOver, OfferPerson
from actions.information import Inform
from actions.intake_form import OtherQuestion, ValidateIntakeForm
from actions.submit import KeepToOurselves, SubmitIntake
from actions.triage_asking import AskService, ExplainService
from actions.triage_form import ValidateTriageForm

__all__ = [
    "AskChecked",
    "AskConsent",
    "AskContact",
    "AskFacts",
    "AskName",
    "AskPlace",
    "AskPlaceKnown",
    "AskReach",
    "AskReferralAgreed",
    "AskService",
    "AskWithdraw",
    "Crisis",
    "Decline",
    "ExplainQuestion",
    "ExplainService",
    "HandOver",
    "HandOverCrisis",
    "Inform",
    "KeepToOurselves",
    "OfferPerson",
    "OtherQuestion",
    "SmallTalk",
    "Stop",
    "SubmitIntake",
    "TellStatus",
    "ValidateIntakeForm",
    "ValidateTriageForm",
    "Withdraw",
]
