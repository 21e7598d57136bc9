"""What every page of the workspace needs: who is signed in, with which transaction, and a way to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.dependencies import (
    Current,
    ReadSession,
    Runtime,
    RuntimeDep,
    SetUpFirst,
    WriteSession,
    check_csrf,
    find_current,
)
from api.errors import Unauthorized, problem_response
from api.intakes.lifecycle import CLAIMABLE
from api.intakes.models import Intake, IntakeStatus
from api.intakes.service import Intakes
from api.people.models import Person, Role
from api.rendering import templates
from api.workspace.bar import bar_for
from api.workspace.wording import Wording

WORK = "/werk"
SIGN_IN = "/werk/inloggen"
ACCOUNT = "/werk/account"
# Nothing of these pages stays behind in the browser. With `no-referrer` browsers would send `Origin: null` with our forms.
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


# What a page says at the top after something was done, by the word in its address.
SAID = {
    "opgepakt": "U helpt nu deze inwoner. De inwoner heeft bericht gekregen.",
    "teruggegeven": "De vraag staat weer in de wachtrij van uw team.",
    "computer": "De computer antwoordt weer. De inwoner heeft bericht gekregen. De vraag blijft bij u.",
    "overgenomen": "U hebt het gesprek weer. De inwoner heeft bericht gekregen.",
    "doorgegeven": "De vraag is doorgegeven. U blijft in het gesprek tot uw collega er is.",
    "heropend": "U helpt deze inwoner weer. De inwoner heeft bericht gekregen.",
    "dienst": "De dienst is gewijzigd.",
    "notitie": "De notitie is bewaard.",
    "meldcode": "De stappen van de meldcode zijn bewaard.",
    "afgesloten": "De vraag is afgesloten. De inwoner heeft bericht gekregen.",
    "wachtwoord": "Uw wachtwoord is gewijzigd. Op andere apparaten bent u uitgelogd.",
    "tweede-stap-uit": "De tweede stap staat uit.",
    "sessie": "U bent daar uitgelogd.",
    "berichten": "Bewaard. U krijgt alleen de e-mail die u wilt.",
    "afwezig": "Bewaard. Collega’s zien of u er bent.",
    "medewerker": "De wijziging is bewaard. Deze medewerker is overal uitgelogd.",
    "meelezen": "U leest een uur mee. De functionaris gegevensbescherming ziet dat u dit deed en waarom.",
    "gedeeld": "De vraag is gedeeld. De vrijwilliger leest nu mee.",
    "niet-meer-gedeeld": "De vrijwilliger leest niet meer mee.",
    "eerst-wachtwoord": "Kies eerst een eigen wachtwoord. Daarna kunt u aan het werk.",
    "eerst-tweede-stap": "Zet eerst de tweede stap bij het inloggen aan. Daarna kunt u aan het werk.",
    "opnieuw": "Het wordt nu opnieuw verstuurd. Wat aankomt, gaat vanzelf uit de lijst.",
    "bericht-opnieuw": "Het bericht wordt nu opnieuw verstuurd.",
    "doorgestuurd": "De vraag wordt nu opnieuw doorgestuurd.",
    "gewist": "Alles van deze inwoner is gewist. In het logboek staat dat u dit deed en waarom.",
    "doorverwezen": "U hebt de inwoner doorverwezen. De inwoner weet naar wie en hoe. De vraag is afgesloten.",
    "uitgelogd": "U bent uitgelogd.",
}


def show(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page, or a part of one."""
    said = SAID.get(request.query_params.get("melding", ""))
    return templates.TemplateResponse(request, f"werk/{template}", {"said": said, **context}, status, HEADERS)


def go_to(address: str) -> Response:
    """The next page, after a form."""
    return RedirectResponse(address, 303, HEADERS)


def nothing_new() -> Response:
    """Tells a page that looks for news that it is still right."""
    return Response(status_code=204, headers=HEADERS)


def load_again() -> Response:
    """Tells a page that looks for news that it is no longer what it was."""
    return Response(status_code=204, headers={**HEADERS, "HX-Refresh": "true"})


def from_page(request: Request) -> bool:
    """Whether a page asks for a part of itself, rather than a person for a page."""
    return "HX-Request" in request.headers


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """An error as a person can read it. Who is not signed in goes to the sign-in page, and comes back to where they were."""
    if status == Unauthorized.status:
        back = f"?naar={quote(request.url.path)}" if request.method == "GET" and not from_page(request) else ""
        if from_page(request):
            return Response(status_code=204, headers={**HEADERS, "HX-Redirect": SIGN_IN})
        return go_to(SIGN_IN + back)
    if not from_page(request):
        return show(request, "fout.html", status, title=title, detail=detail, organisation=None)
    response = show(request, "_fout.html", status, title=title, detail=detail)
    # A page that only looks for news keeps what it shows; what a person sent is answered where all messages stand.
    response.headers["HX-Retarget"] = "#verbinding" if request.method == "GET" else "#fout"
    response.headers["HX-Reswap"] = "innerMorph"
    return response


async def set_up_first(request: Request, problem: Exception) -> Response:
    """Brings a person to the account page, where what is missing can be set up. The API says it as any other error."""
    assert isinstance(problem, SetUpFirst)
    if not f"{request.url.path}/".startswith(f"{WORK}/"):
        return problem_response(problem.status, problem.title, problem.detail, problem.errors)
    if not from_page(request):
        return go_to(f"{ACCOUNT}?melding={problem.what}")
    # The account page looks for news too; loading it again would lose what is being typed there.
    return nothing_new() if request.method == "GET" else Response(status_code=204, headers={"HX-Redirect": ACCOUNT})


@dataclass(frozen=True)
class Desk:
    """One request of somebody who is signed in."""

    request: Request
    session: AsyncSession
    runtime: Runtime
    current: Current

    @property
    def person(self) -> Person:
        """Who is at this desk."""
        return self.current.person

    @property
    def intakes(self) -> Intakes:
        """Intakes within the transaction of this request."""
        return Intakes(self.session, self.runtime.catalogue, self.runtime.live)

    @property
    def wording(self) -> Wording:
        """The words for this moment."""
        return Wording(self.runtime.catalogue, clock.now())

    def may_claim(self, intake: Intake) -> bool:
        """Whether this person can pick the intake up now."""
        for_me = (
            intake.reserved_for_id in {None, self.person.id} or intake.status is IntakeStatus.NEW
        ) and intake.assignee_id != self.person.id
        return for_me and intake.status in CLAIMABLE and self.person.role is Role.PROFESSIONAL

    async def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A whole page, with the bar of who is signed in at the top."""
        bar = await bar_for(self.session, self.person)
        return self.part(template, status, bar=bar, here=self.request.url.path, **context)

    def part(self, template: str, status: int = 200, **context: Any) -> Response:
        """A part of a page."""
        return show(
            self.request,
            template,
            status,
            desk=self,
            words=self.wording,
            organisation=self.runtime.catalogue.organisation.name,
            csrf=self.current.sign_in.csrf_token,
            **context,
        )


def require_csrf(desk: Desk, token: str | None) -> None:
    """For what changes nothing in the database but must come from a page of ours. Raises `Forbidden`."""
    check_csrf(desk.current, token)


async def _sit_down(request: Request, session: AsyncSession, runtime: Runtime) -> Desk:
    current = await find_current(request, session)
    if current is None:
        raise Unauthorized("Log eerst in.")
    return Desk(request, session, runtime, current)


async def _reading(request: Request, session: ReadSession, runtime: RuntimeDep) -> Desk:
    return await _sit_down(request, session, runtime)


async def _writing(
    request: Request, session: WriteSession, runtime: RuntimeDep, csrf: Annotated[str | None, Form()] = None
) -> Desk:
    desk = await _sit_down(request, session, runtime)
    check_csrf(desk.current, csrf)
    return desk


async def _reading_and_logging(request: Request, session: WriteSession, runtime: RuntimeDep) -> Desk:
    return await _sit_down(request, session, runtime)


ReadDesk = Annotated[Desk, Depends(_reading)]
# Shows something of a resident: the audit log gets a line, so this transaction writes.
ReadAndLogDesk = Annotated[Desk, Depends(_reading_and_logging)]
WriteDesk = Annotated[Desk, Depends(_writing)]
