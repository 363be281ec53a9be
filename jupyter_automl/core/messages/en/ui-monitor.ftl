ui-monitor-stop = Stop and keep the best
ui-monitor-stop-none = Stop
ui-monitor-stop-hint = End soon, with an ensemble of what is there
ui-monitor-stop-asked = Stopping …
ui-monitor-cancel = Cancel
ui-monitor-cancel-hint = End now, without an ensemble
ui-monitor-cancel-asked = Cancelling …
ui-monitor-pause = Pause
ui-monitor-pause-hint = Free the cores; the clock of the budget stands still
ui-monitor-pause-asked = Pausing …
ui-monitor-resume = Go on
ui-monitor-resume-hint = Train again what was under way, then go on
ui-monitor-resume-asked = Going on …
ui-monitor-more = +{ NUMBER($n) } min
ui-monitor-more-hint =
    { $n ->
        [one] One more minute for the run
       *[other] { NUMBER($n) } more minutes for the run
    }
ui-monitor-why-gone = No kernel answers.
ui-monitor-why-ending = The run is about to end.
ui-monitor-why-finishing = Training is over; the best model is being explained.
ui-monitor-why-last = It is the last family that is left: stop the run instead.

ui-monitor-families =
    { $n ->
        [one] 1 family of models
       *[other] { NUMBER($n) } families of models
    }
ui-monitor-do-boost = Boost
ui-monitor-do-boost-name = Boost { $name }
ui-monitor-do-boost-hint = Three times the time in the search of the family that deserves most
ui-monitor-do-drop = Drop
ui-monitor-do-drop-name = Drop { $name }
ui-monitor-do-drop-hint = End its trials and start no more; its results stay
ui-monitor-do-restore = Undo
ui-monitor-do-restore-name = Treat { $name } like the others again
ui-monitor-do-restore-hint = Treat it like the others again
ui-monitor-is-dropped = dropped
ui-monitor-is-boosted = boosted
ui-monitor-n-done = { NUMBER($n) } done
ui-monitor-n-failed = { NUMBER($n) } failed
ui-monitor-n-pruned = { NUMBER($n) } given up early
ui-monitor-n-running = { NUMBER($n) } under way
ui-monitor-none = not tried yet

ui-monitor-fit = { $model }, trial { NUMBER($number) }: fit { NUMBER($fit) } of { NUMBER($n) }
ui-monitor-fit-over = { $model }, trial { NUMBER($number) } is over: fit { NUMBER($fit) } of { NUMBER($n) }
ui-monitor-rounds =
    { $n ->
        [one] 1 round
       *[other] { NUMBER($n) } rounds
    }
ui-monitor-curve = Loss over the rounds
ui-monitor-curve-said =
    { $n ->
        [one] { $loss } on held-out rows over { $rounds } rounds, at best { $best }
       *[other] { $loss } on held-out rows over { $rounds } rounds in { NUMBER($n) } fits, at best { $best }
    }
ui-monitor-curve-table = As a table
ui-monitor-curve-fit = fit
ui-monitor-curve-best = best round
ui-monitor-curve-at-best = loss there
ui-monitor-curve-last = last round

ui-monitor-gpu = GPU
ui-monitor-gpu-label = GPU in use, by whoever uses it
ui-monitor-gpu-memory = GPU memory
ui-monitor-gpu-memory-label = Memory of the GPU in use

ui-monitor-log =
    { $n ->
        [one] Log (1 entry)
       *[other] Log ({ NUMBER($n) } entries)
    }
ui-monitor-log-label = Log, newest first
ui-monitor-log-level = Level
ui-monitor-log-info = everything
ui-monitor-log-warning = warnings and errors
ui-monitor-log-error = errors
ui-monitor-log-search = Search the log
ui-monitor-log-shown = { NUMBER($n) } of { NUMBER($all) } lines
ui-monitor-log-older =
    { $n ->
        [one] Show the line before
       *[other] Show older lines ({ NUMBER($n) } before)
    }

ui-monitor-tell = Tell me when it is done
ui-monitor-tell-hint = A notification of the browser, where you allow it; else the title of this tab
ui-monitor-done = The run “{ $name }” is over.
ui-monitor-done-close = Close

ui-run-leads =
    { $n ->
        [one] { $model } leads with { $metric } { $score } after 1 model
       *[other] { $model } leads with { $metric } { $score } after { NUMBER($n) } models
    }
ui-run-won =
    { $n ->
        [one] { $model } is best with { $metric } { $score } after 1 model
       *[other] { $model } is best with { $metric } { $score } after { NUMBER($n) } models
    }
ui-run-no-model = No model had finished.
ui-run-waiting = Waiting for the first model.
ui-run-paused = { $lead }; paused.
ui-run-left = { $lead }; { $left } left.
ui-run-line = It starts by itself when its turn comes; its clock does not run until then.
ui-run-line-again = It goes on by itself when its turn comes; its clock does not run until then.
ui-run-fitting = Fitting { $models }.
ui-run-and = { $a } and { $b }
ui-run-is-queued = queued
ui-run-is-running = running
ui-run-is-paused = paused
ui-run-is-finished = finished
ui-run-is-stopped = stopped, the best is kept
ui-run-is-cancelled = cancelled
ui-run-is-failed = failed
ui-run-is-interrupted = interrupted
ui-run-budget = Budget in use
ui-run-took = took { $used } of { $budget }
ui-run-of = { $used } of { $all }
ui-run-best = best { $metric } so far
ui-run-best-said = Best { $metric } so far: { $best }, first { $first }.
ui-run-cpu = CPU
ui-run-cpu-label = CPU in use by the run
ui-run-memory = memory
ui-run-memory-label = Memory in use by the run
ui-run-notices =
    { $n ->
        [one] 1 thing to know
       *[other] { NUMBER($n) } things to know
    }
ui-run-decided =
    { $n ->
        [one] What was decided: { $task }, target { $target }, 1 column
       *[other] What was decided: { $task }, target { $target }, { NUMBER($n) } columns
    }

ui-train-empty = There is nothing to learn from yet.
ui-train-choose = Choose data
ui-train-start = Train
ui-train-again = Train again
ui-train-locked = A run is under way: stop it first.
ui-train-next = Train starts a search that goes on behind the notebook; it ends with the budget.
ui-train-write = Write what to predict, or choose the target.
