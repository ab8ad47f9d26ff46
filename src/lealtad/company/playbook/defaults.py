"""The default playbook: calls (general, for an open case, for a cancellation), an offer and a message."""

from __future__ import annotations

from lealtad.company.playbook.action import Action, Audience, EffectPrior, Words

OWNERS = {"retention": 40, "service": 20}
ACTIONS = (
    Action(
        name="call",
        words=Words(en="Call and ask how things are going", es="Llamar y preguntar cómo va todo"),
        channel="phone",
        owner="retention",
        contact_cost=6.0,
        capacity_per_day=25,
    ),
    Action(
        name="settle_case",
        words=Words(
            en="Settle the open case and call with the answer", es="Resolver el caso y llamar con la respuesta"
        ),
        answers=("tickets", "effort", "satisfaction"),
        channel="phone",
        owner="service",
        contact_cost=8.0,
        who=Audience(open_ticket=True),
    ),
    Action(
        name="keep",
        words=Words(
            en="Call about the cancellation and look for a solution",
            es="Llamar por la petición de baja y buscar una solución",
        ),
        answers=("cancelling",),
        channel="phone",
        owner="retention",
        contact_cost=6.0,
        who=Audience(asked_to_cancel=True),
    ),
    Action(
        name="offer",
        words=Words(en="Offer better terms", es="Ofrecer mejores condiciones"),
        answers=("contract", "money"),
        channel="phone",
        owner="retention",
        contact_cost=6.0,
        offer_cost=10.0,
        cooling_off_days=180,
        who=Audience(least_value=50.0),
    ),
    Action(
        name="message",
        words=Words(en="Write a personal message", es="Escribir un mensaje personal"),
        channel="email",
        owner="retention",
        contact_cost=0.5,
        # a message is easily overlooked
        saves=EffectPrior(mean=0.05),
    ),
)
