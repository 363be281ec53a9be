# Words of pictures that are the same whatever they show.
ui-picture-table = The numbers behind
ui-picture-more =
    { $more ->
        [one] One more row is left out.
       *[other] { NUMBER($more) } more rows are left out.
    }
ui-picture-nothing = There is nothing to draw.
ui-picture-no-name = (no name)
ui-picture-low = low
ui-picture-high = high
ui-picture-row = row { $row }
ui-picture-values = Values of: { $title }
ui-picture-busy = More rows are being computed
