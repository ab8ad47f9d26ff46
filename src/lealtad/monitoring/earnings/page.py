"""What the lists earned, as one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.base.web_page import render_page
from lealtad.monitoring.earnings.bars import draw_bars

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from lealtad.base.language import Language
    from lealtad.experience.drivers import FailureCost
    from lealtad.monitoring.earnings.earnings import Earnings


def write_earnings_page(
    path: Path,
    earnings: Earnings,
    language: Language,
    actions: Mapping[str, str] | None = None,
    failures: Sequence[FailureCost] = (),
) -> None:
    """Write the page as one self-contained file.

    Parameters
    ----------
    actions
        By name of an action, its texts.
    failures
        Cost of failures at touchpoints, the highest first.
    """
    [total] = earnings.total.to_dicts()
    path.write_text(
        render_page(
            "lealtad.monitoring.earnings",
            "roi.html.jinja",
            language,
            as_of=earnings.as_of,
            lists=earnings.lists,
            awaited=earnings.awaited,
            total=total,
            verdict=judge_earnings(total, language),
            months=_add_bars(earnings.by_month),
            both=earnings.by_both.to_dicts(),
            actions=earnings.by_action.to_dicts(),
            cumulated=_add_bars(earnings.cumulated),
            rules=_add_rule_bars(earnings.rules),
            lead=_describe_lead(earnings.rules, language),
            rule_names=_name_rules(language),
            words=actions or {},
            failures=failures,
        )
    )


def _name_rules(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "list": _("this list"),
        "probability": _("highest probability first"),
        "value": _("biggest customers first"),
    }


def judge_earnings(total: Mapping[str, Any], language: Language) -> str:
    """State in one sentence whether the lists have earned their cost, as far as the interval shows.

    Parameters
    ----------
    total
        The row of `Earnings.total`: `contacts, cost, margin, margin_low, margin_high`; `margin` is None without a
        holdout.
    language
        The language of the sentence and of its amounts.

    Returns
    -------
    One sentence. If the 95 % interval contains 0, it names the best estimate and claims nothing.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> total = {"contacts": 90, "cost": 450.0, "margin": 2000.0, "margin_low": 900.0, "margin_high": 3100.0}
    >>> judge_earnings(total, Language.from_code("en", "EUR"))
    'The lists earned more than they cost: €1,550 (€450 to €2,650).'
    """
    _ = language.translate
    if not total["contacts"]:
        return _("No list has ended yet, so what the lists earned is unknown.")
    if total["margin"] is None:
        return _(
            "No customer was held out, so what the lists earned is unknown. Set holdout_share under [worklist]."
        )
    profit = total["margin"] - total["cost"]
    low, high = total["margin_low"] - total["cost"], total["margin_high"] - total["cost"]
    values = {"profit": language.money(profit), "low": language.money(low), "high": language.money(high)}
    if low > 0:
        return _("The lists earned more than they cost: {profit} ({low} to {high}).", **values)
    if high < 0:
        return _("The lists cost more than they earned: {profit} ({low} to {high}).", **values)
    return _(
        "Best estimate: {profit}. The 95 % interval is {low} to {high}; a clear answer needs more ended lists.",
        **values,
    )


def _add_bars(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Add to each row the bars of margin kept and cost, all on one scale."""
    plain = rows.to_dicts()
    margins = [
        None if row["margin"] is None else (row["margin"], row["margin_low"], row["margin_high"]) for row in plain
    ]
    bars = draw_bars([*margins, *((row["cost"], None, None) for row in plain)])
    return [
        {**row, "margin_bar": margin, "cost_bar": cost}
        for row, margin, cost in zip(plain, bars[: len(plain)], bars[len(plain) :], strict=True)
    ]


def _add_rule_bars(rules: pl.DataFrame) -> list[dict[str, Any]]:
    plain = rules.to_dicts()
    bars = draw_bars([(row["profit"], row["profit_low"], row["profit_high"]) for row in plain])
    return [{**row, "bar": bar} for row, bar in zip(plain, bars, strict=True)]


def _describe_lead(rules: pl.DataFrame, language: Language) -> str:
    """Describe by how much the lists promised more than the better simple rule."""
    profit = dict(rules.select("rule", "profit").iter_rows())
    others = [value for rule, value in profit.items() if rule != "list"]
    if "list" not in profit or not others:
        return ""
    return language.translate(
        "The lists promised {more} more than the better of the two rules.",
        more=language.money(profit["list"] - max(others)),
    )
