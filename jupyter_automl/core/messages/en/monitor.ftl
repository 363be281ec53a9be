# What is said of a run under way and of what a person asks of it.

monitor-row-dropped = dropped by you
monitor-row-boosted = boosted by you

monitor-drop = { $family } is dropped: its trials under way were ended, and no more are started. What it has trained stays.
monitor-boost = { $family } is boosted: it gets more of the new trials.
monitor-restore = { $family } is treated like the others again.
monitor-dropped-trial = { $family } was dropped.

monitor-refused-last = { $family } was not dropped: nothing would be left to train.
monitor-refused-all = Nothing would be left to train without the families that were dropped: they are trained after all.
monitor-refused-unknown = There is no family { $family } in this run.
