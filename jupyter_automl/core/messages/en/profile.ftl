# What one can do about a finding, one message a code; see `api.remedies`.

profile-do-copied-column = Nothing has to be done: a run sets the copy aside.
profile-do-mostly-missing = Keep it if a missing cell means something; else leave it out.
profile-do-many-levels = Leave it out if its values say nothing of rows to come, as names do.
profile-do-leak = Leave it out, unless it is known when predictions are made.
profile-do-leak-or-easy = Leave out those that are not known when predictions are made.
profile-do-far-ahead = Leave it out if it is not known when predictions are made.
profile-do-missing-leak = Leave it out if it is not known when predictions are made.
profile-do-target-copy = Leave it out: it says what is to be predicted.
profile-do-repeated-entities = Name it as group, if rows of new ones are to be predicted.
profile-do-sorted-by-date = Name it as time, if later rows are to be predicted.
profile-do-rare-class = Choose a metric that counts each class alike, as balanced_accuracy does.
profile-do-repeated-rows = Drop the repeats, if they are no cases of their own.
profile-do-id-column = Nothing has to be done: a run sets it aside.
profile-do-constant-column = Nothing has to be done: a run sets it aside.
profile-do-infinite = Nothing has to be done where they mean missing; else mend them.
profile-do-few-rows = Add rows if there are more; read scores with their spread.
profile-do-target-parts = Leave these columns out if they are not known when predictions are made.
profile-do-row-order = Leave out columns that count or date the rows.
profile-do-leak-scan-cut = Name fewer columns to have all of them looked at.
profile-do-more-findings = Mend these first, then look again.
profile-do-empty-name = Give it a name in the source, or use the one that it got.
profile-do-duplicate-name = Rename one of them in the source, or use the names that they got.
profile-do-name-not-text = Use its name as a text.
profile-do-mixed-types = Look at the values that do not fit, and mend them in the source.
profile-do-ambiguous-dates = Check the dates; write them as year, month, day if they are read wrongly.
profile-do-lines-skipped = Look at these lines in the file.
profile-do-ragged-rows = Look at these lines in the file.
profile-do-no-header = Name the columns in the file, or use the names that they got.
profile-do-encoding = Look at texts with accents; save the file as UTF-8 if they are wrong.
profile-do-archive-member = Name the file itself if another one was meant.
profile-do-sheet-chosen = Save the other sheet as a file of its own if that was meant.
profile-do-other = Look at it; a run copes with it.

## The report of a table, where there is no page

profile-title =
    { $name }: { $rows ->
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
profile-more-findings =
    { $n ->
        [one] 1 more finding is in .issues.
       *[other] { NUMBER($n) } more findings are in .issues.
    }
profile-more-columns =
    { $n ->
        [one] 1 more column is in .to_frame().
       *[other] { NUMBER($n) } more columns are in .to_frame().
    }
profile-head-name = column
profile-head-kind = kind
profile-head-missing = missing
profile-head-distinct = distinct
profile-head-values = values
profile-head-role = role
profile-from-to = { $low } to { $high }, mean { $mean }
profile-span = { $low } to { $high }
profile-most = mostly { $value }

profile-role-target = target
profile-role-feature = feature
profile-role-aside = set aside
profile-role-exclude = leave out
profile-role-group = group
profile-role-time = time
