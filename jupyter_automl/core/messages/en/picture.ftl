# Words of pictures that pages never say; the others stand in ui-picture.ftl.
picture-more-columns =
    { $more ->
        [one] One more column is left out.
       *[other] { NUMBER($more) } more columns are left out.
    }
