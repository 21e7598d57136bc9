"""What the assistant does between hearing and speaking. One file per concern; Rasa finds the classes by importing this package."""

from actions.crisis import Crisis, HandOverCrisis
from actions.dialogue import Decline, ExplainQuestion, Stop
from actions.hand_over import HandOver, OfferPerson
from actions.information import Inform
from actions.intake_form import (
    AskChecked,
    AskConsent,
    AskContact,
    AskName,
    AskPlace,
    KeepToOurselves,
    OtherQuestion,
    SubmitIntake,
    ValidateIntakeForm,
)
from actions.triage_form import AskService, ExplainService, ValidateTriageForm

__all__ = [
    "AskChecked",
    "AskConsent",
    "AskContact",
    "AskName",
    "AskPlace",
    "AskService",
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
    "Stop",
    "SubmitIntake",
    "ValidateIntakeForm",
    "ValidateTriageForm",
]
