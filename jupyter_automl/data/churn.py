"""A generator of customers of an invented phone company."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

N_ROWS = 5_000
SEED = 20_240_501

_COMPLAINTS = (
    "the bill was wrong again and nobody called back",
    "slow internet in the evening since last month",
    "waited an hour on the phone for support",
    "price went up without any notice",
    "connection drops every day",
)
_CALM = (
    "asked how to set up the new router",
    "changed the address after moving house",
    "happy with the service so far",
    "wanted a copy of the last invoice",
    "asked about roaming in other countries",
)
_PLANS = ("Basic", "Standard", "Plus", "Family", "Business", "Legacy 2G", "Staff")
_PLAN_SHARES = (0.31, 0.30, 0.18, 0.13, 0.07, 0.008, 0.002)
_PAYMENTS = ("card", "direct debit", "bank transfer", "cheque")
_REGIONS = ("North", "South", "East", "West", "Islands")


def churn_table(n_rows: int = N_ROWS, seed: int = SEED) -> pa.Table:
    """Customers with an id, dates, gaps, rare categories, a remark and whether they left.

    About a quarter leave. Short contracts paid month by month, complaints, support calls, a
    price far above the plan's and little use drive it, through a logistic model with
    noise, so the best reachable ROC AUC is near 0.87. `customer_id` says nothing.

    Parameters
    ----------
    n_rows : int
        Rows.
    seed : int
        The same seed gives the same table.
    """
    random = np.random.default_rng(seed)
    tenure = np.ceil(random.gamma(1.6, 16.0, n_rows)).clip(1, 120).astype(int)
    contract = np.where(random.random(n_rows) < np.exp(-tenure / 40), "monthly", "yearly")
    contract = np.where((tenure > 24) & (random.random(n_rows) < 0.35), "two years", contract)
    plan = random.choice(_PLANS, n_rows, p=_PLAN_SHARES)
    base = np.array([dict(zip(_PLANS, (15, 25, 38, 52, 70, 12, 5), strict=True))[p] for p in plan])
    monthly = np.round(base * random.lognormal(0.05, 0.18, n_rows), 2)
    usage = np.round(random.gamma(2.0, 6.0, n_rows) * base / 25, 1)
    calls = random.poisson(0.5 + 1.6 * (random.random(n_rows) < 0.2), n_rows)
    complains = random.random(n_rows) < 0.12 + 0.12 * calls.clip(0, 4)
    autopay = random.random(n_rows) < 0.55
    payment = np.where(
        autopay, random.choice(_PAYMENTS[:2], n_rows), random.choice(_PAYMENTS, n_rows)
    )
    logit = (
        -1.2
        + 1.15 * (contract == "monthly")
        - 1.4 * (contract == "two years")
        - 0.020 * tenure
        + 0.45 * calls
        + 1.25 * complains
        + 2.2 * (monthly / base - 1.05)
        - 0.035 * usage
        - 0.5 * autopay
        + 1.5 * (plan == "Legacy 2G")
    )
    churn = random.random(n_rows) < 1 / (1 + np.exp(-1.35 * logit))
    return pa.table(
        {
            "customer_id": [f"C{number:06d}" for number in random.permutation(n_rows) + 100_000],
            "signup_date": _days_before("2024-05-01", tenure * 30 + random.integers(0, 30, n_rows)),
            "last_contact": _gaps(
                _days_before("2024-05-01", random.integers(0, 200, n_rows)), calls == 0
            ),
            "region": random.choice(_REGIONS, n_rows, p=(0.3, 0.27, 0.22, 0.2, 0.01)),
            "age": _gaps(
                pa.array(random.normal(46, 15, n_rows).clip(18, 92).astype(int)),
                random.random(n_rows) < 0.08,
            ),
            "plan": plan,
            "contract": contract,
            "payment": _gaps(pa.array(payment), random.random(n_rows) < 0.03),
            "paperless": random.random(n_rows) < 0.6,
            "tenure_months": tenure,
            "monthly_charge": monthly,
            "total_charge": _gaps(
                pa.array(np.round(monthly * tenure * random.normal(1, 0.03, n_rows), 2)), tenure < 2
            ),
            "data_gb": _gaps(pa.array(usage), random.random(n_rows) < 0.05),
            "support_calls": calls,
            "last_remark": _remarks(random, complains, calls > 0),
            "country": ["Freedonia"] * n_rows,
            "churn": np.where(churn, "yes", "no"),
        }
    )


def _days_before(end: str, days: np.ndarray) -> pa.Array:
    stamps = np.datetime64(end, "D") - days.astype("timedelta64[D]")
    return pa.array(stamps.astype("datetime64[us]"))


def _gaps(column: pa.Array, missing: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(missing), pa.scalar(None, column.type), column)


def _remarks(random: np.random.Generator, complains: np.ndarray, called: np.ndarray) -> pa.Array:
    first = np.where(
        complains, random.choice(_COMPLAINTS, len(complains)), random.choice(_CALM, len(complains))
    )
    second = np.where(
        complains & (random.random(len(complains)) < 0.5),
        random.choice(_COMPLAINTS, len(complains)),
        random.choice(_CALM, len(complains)),
    )
    texts = [f"{a}; {b}" for a, b in zip(first, second, strict=True)]
    return _gaps(pa.array(texts), ~(called | complains))
