"""How many threads a library's compiled loops may take."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Literal


def limited(n_jobs: int, api: Literal["blas", "openmp"]) -> AbstractContextManager[Any]:
    """Inside it loops of `api` take `n_jobs` threads at most.

    Parameters
    ----------
    api : str
        ``"openmp"`` for scikit-learn's own loops, ``"blas"`` for products of matrices.
    """
    limits: AbstractContextManager[Any] = _controller(api).limit(limits=n_jobs, user_api=api)
    return limits


@lru_cache(maxsize=2)
def _controller(api: str) -> Any:
    """Finding the loaded libraries takes milliseconds, so it is done once for each kind."""
    from threadpoolctl import ThreadpoolController

    if api == "openmp":
        import sklearn.ensemble  # noqa: F401  (loads the library that is to be found)
    return ThreadpoolController()
