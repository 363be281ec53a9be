# The page's texts of uploads.

ui-upload-files = Files to upload
ui-upload-choose = Upload files
ui-upload-drop = or drop them here; up to { $most } each.
ui-upload-sealed = They are kept encrypted.
ui-upload-list = Uploads
ui-upload-nameless = (no name)
ui-upload-path = A file on the server
ui-upload-path-take = Take it
ui-upload-path-example = data/customers.csv

ui-upload-waiting = { $size }, waits for its turn
ui-upload-sending = { $sent } of { $size }
ui-upload-sending-left = { $sent } of { $size }, { $left } left
ui-upload-stalled = { $sent } of { $size }; waiting for the kernel, then it goes on by itself
ui-upload-elsewhere = { $sent } of { $size } arrived. To go on with it here, choose the same file again.
ui-upload-done = { $size }, all there
ui-upload-spoken = { $name }: { NUMBER($percent) } % sent
ui-upload-cancel = Cancel
ui-upload-cancel-of = Cancel { $name }
ui-upload-remove = Remove
ui-upload-remove-of = Remove { $name }
ui-upload-discard = Discard
ui-upload-discard-of = Discard { $name }

ui-upload-too-large = At most { $most } can be uploaded. “{ $name }” has { $size }.
ui-upload-too-large-hint = Put it on the server and open its path, or set JUPYTER_AUTOML_MAX_UPLOAD.
ui-upload-empty = “{ $name }” is empty.
ui-upload-empty-hint = Check that it was saved, then choose it again.
ui-upload-folder = “{ $name }” is a folder.
ui-upload-folder-hint = Choose the files in it, or pack them into one .zip.
ui-upload-changed = “{ $name }” changed while it was being sent.
ui-upload-unreadable = “{ $name }” cannot be read any more; it may have been moved or removed.
ui-upload-again = Choose it again.
