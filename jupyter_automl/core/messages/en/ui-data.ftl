ui-data-spread-numbers = From { $low } to { $high }; most values in the { $place } of the range.
ui-data-spread-one = All values are { $low }.
ui-data-spread-levels = Most frequent: { $list }.
ui-data-spread-level = { $name } ({ $share })
ui-data-spread-other = others ({ $share })
ui-data-spread-sampled = Counted on a part of the rows.
ui-data-place-low = lower third
ui-data-place-middle = middle third
ui-data-place-high = upper third
ui-data-first-rows = First rows
ui-data-columns-shown = Columns { NUMBER($first) } to { NUMBER($last) } of { NUMBER($all) }
ui-data-columns-next = Next columns
ui-data-columns-before = Columns before
ui-data-act-exclude = Leave it out
ui-data-act-group = Keep its rows together
ui-data-act-time = Test on later rows
ui-data-act-metric = Judge by { $name }
ui-data-act-repeats = Open without the repeats
ui-data-done-exclude = Left out.
ui-data-done-group = Its rows stay together.
ui-data-done-time = Later rows test what was learned from earlier ones.
ui-data-done-metric = Models are judged by it.
ui-data-undo-exclude = Take it in again
ui-data-undo-group = Let them be split
ui-data-undo-time = Mix earlier and later
ui-data-undo-metric = Judge as usual
ui-data-suspects = With { $target } as the target:
ui-data-suspects-looking = Looking for what gives { $target } away.

ui-data-opening = Opening { $source } …
ui-data-summary =
    { $rows ->
        [one] 1 row
       *[other] { NUMBER($rows) } rows
    }, { $columns ->
        [one] 1 column
       *[other] { NUMBER($columns) } columns
    }; { $findings ->
        [0] nothing stands out.
        [one] 1 thing to look at.
       *[other] { NUMBER($findings) } things to look at.
    }
ui-data-more =
    { $n ->
        [one] 1 more thing to look at
       *[other] { NUMBER($n) } more things to look at
    }
ui-data-other = Choose other data
ui-data-next = Say what to predict
ui-data-back = Back to { $name }
ui-data-choose = Choose a table to learn from.
ui-data-open = Open
ui-data-frames = Tables in this kernel
ui-data-frames-here = In this kernel
ui-data-samples = Samples
ui-data-samples-try = Or try a sample

ui-data-caption =
    { $n ->
        [one] First 1 row of { $name }
       *[other] First { NUMBER($n) } rows of { $name }
    }
ui-data-kind-numeric = number
ui-data-kind-boolean = yes / no
ui-data-kind-categorical = category
ui-data-kind-datetime = date
ui-data-kind-text = text
ui-data-kind-id = id
ui-data-kind-constant = constant
ui-data-stored = stored as { $dtype }
ui-data-aside = set aside
ui-data-missing = missing
ui-data-missing-share = { $share } missing
