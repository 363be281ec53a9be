"""``python -m jupyter_automl.cli``."""

from jupyter_automl.cli import main

raise SystemExit(main())
