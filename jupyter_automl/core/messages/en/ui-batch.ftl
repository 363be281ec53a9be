# The page's texts of files whose rows are predicted.

ui-batch-title = Predict a whole file
ui-batch-words = Bring a table with the same columns; it comes back with a prediction in every row.
ui-batch-list = Files with predictions
ui-batch-waiting = waits for its turn
ui-batch-queued = { $place ->
    [1] waits for its turn: next in line
   *[other] waits for its turn: number { NUMBER($place) } in line
}
ui-batch-queued-spoken = { $place ->
    [1] { $name } is next in line
   *[other] { $name } is number { NUMBER($place) } in line
}
ui-batch-reading = is being read
ui-batch-working = { NUMBER($done) } of { NUMBER($rows) } rows
ui-batch-spoken = { $name }: { NUMBER($done) } of { NUMBER($rows) } rows predicted
ui-batch-done = { $rows ->
    [one] 1 row, predicted by { $model } in { $time }
   *[other] { NUMBER($rows) } rows, predicted by { $model } in { $time }
}
ui-batch-failed = { $rows ->
    [one] 1 row could not be read; its reason stands in the column of errors.
   *[other] { NUMBER($rows) } rows could not be read; their reasons stand in the column of errors.
}
ui-batch-cancelled = was given up
ui-batch-again = Predict again
ui-batch-cancel = Give up
ui-batch-remove = Remove
ui-batch-save-csv = Save as CSV
ui-batch-save-parquet = Save as Parquet
ui-batch-preparing = Getting it ready …
ui-batch-saving = { NUMBER($percent) } % is here
ui-batch-saved = “{ $name }” is among your downloads.
ui-batch-too-large = { $size } are more than a page should save ({ $most }). The file is on the server: { $path }
ui-batch-too-large-visitor = { $size } are more than a page should save ({ $most }). Parquet is smaller than CSV; else predict the rows in several files.
ui-batch-broken = The file did not arrive whole.
ui-batch-first = First rows of { $name }
ui-batch-added = added
ui-batch-columns = { NUMBER($shown) } of { NUMBER($all) } columns; all of them are in the file.
