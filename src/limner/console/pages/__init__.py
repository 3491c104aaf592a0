"""The pages of the console, one file each."""

from limner.console.pages import (
    campaigns,
    customer,
    customers,
    glossary,
    model,
    new_campaign,
    one_campaign,
    overview,
    quality,
    quarantine,
    report,
    reports,
    segments,
    settings,
    value,
)
from limner.console.registry import Page

TABLE: tuple[Page, ...] = (
    overview.PAGE,
    quality.PAGE,
    quarantine.PAGE,
    customers.PAGE,
    customer.PAGE,
    segments.PAGE,
    value.PAGE,
    model.PAGE,
    campaigns.PAGE,
    new_campaign.PAGE,  # before the next one, whose address would match it
    one_campaign.PAGE,
    reports.PAGE,
    report.PAGE,
    glossary.PAGE,
    settings.PAGE,
)
