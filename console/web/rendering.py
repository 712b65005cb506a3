"""From a template and what it shows to a response, in the language of the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.access.forms import form_token
from console.access.visitors import Access, Visitor, visitor_of
from console.web import picture
from console.web.services import Services
from console.words import effects as effect_words
from console.words import estate as estate_words
from console.words import limits as limit_words
from console.words import messages as message_words
from console.words import overflow as overflow_words
from console.words import people as people_words
from console.words import public as public_words
from console.words import reports as report_words
from console.words import rooms as room_words
from console.words import sensors as sensor_words
from console.words import sentences, what_if, words
from console.words import unmet as unmet_words
from console.words.i18n import LANGUAGES, Language, choose
from domain.people import Permission
from domain.planning import Status

LANGUAGE_COOKIE = "openhours_lang"
TEMPLATES = Path(__file__).parents[1] / "templates"
_YEAR_S = 365 * 86_400


def environment(language: Language) -> Environment:
    """The templates of one language; `lang` and the modules that speak and draw are at hand."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        estate_words=estate_words,
        lang=language,
        limit_words=limit_words,
        message_words=message_words,
        effect_words=effect_words,
        overflow_words=overflow_words,
        picture=picture,
        public_words=public_words,
        report_words=report_words,
        room_words=room_words,
        sensor_words=sensor_words,
        people_words=people_words,
        sentences=sentences,
        unmet_words=unmet_words,
        what_if=what_if,
        words=words,
    )
    return env


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders whole pages: the frame around each one knows the visitor and the service."""

    services: Services
    access: Access
    environments: Mapping[str, Environment]

    @classmethod
    def of(cls, services: Services, access: Access) -> "Pages":
        """Pages in every language there is."""
        made = {code: environment(language) for code, language in LANGUAGES.items()}
        return cls(services, access, made)

    def language(self, request: Request) -> Language:
        """The language of a request: a person's own before the browser's."""
        person = visitor_of(request).person
        return choose(
            request.query_params.get("lang"),
            (person.language if person else "") or request.cookies.get(LANGUAGE_COOKIE),
            request.headers.get("accept-language"),
        )

    def page(
        self, request: Request, template: str, status: int = 200, **shown: Any
    ) -> HTMLResponse:
        """A page; a language asked for in its address is remembered."""
        visitor = visitor_of(request)
        secret = self.access.form_secret(request)
        html = self.bare(
            request,
            template,
            visitor=visitor,
            form_token=form_token(secret),
            service=self.services.status(),
            now=self.services.clock.now(),
            waiting=self._waiting(visitor),
            **shown,
        )
        response = HTMLResponse(html, status, headers={"Vary": "Cookie, Accept-Language"})
        if not visitor.secret:
            self.access.sessions.give_before(request, response, secret)
        if request.query_params.get("lang") in LANGUAGES:
            code = self.language(request).code
            response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR_S, samesite="strict")
        return response

    def _waiting(self, visitor: Visitor) -> int:
        """Proposals that wait for the visitor; for those who decide nothing, all that wait."""
        if not visitor.may(Permission.READ):
            return 0
        waiting, mine = self.services.ledger.proposals(status=Status.OPEN), visitor.mine()
        return sum(p.venue in mine for p in waiting) if mine else len(waiting)

    def bare(self, request: Request, template: str, **shown: Any) -> str:
        """The text of a page, without asking any store."""
        language = self.language(request)
        other = next(item for item in LANGUAGES.values() if item is not language)
        query = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
        return (
            self.environments[language.code]
            .get_template(template)
            .render(
                path=request.url.path,
                other_language=other,
                other_language_url=f"?{urlencode([*query, ('lang', other.code)])}",
                **shown,
            )
        )
