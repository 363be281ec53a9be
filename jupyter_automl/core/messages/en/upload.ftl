# What the kernel says of uploads.

upload-too-large = At most { $most } can be uploaded. “{ $name }” has { $size }.
upload-too-large-hint = Put it on the server and open its path, or set JUPYTER_AUTOML_MAX_UPLOAD.
upload-empty = A file with something in it was expected. “{ $name }” is empty.
upload-empty-hint = Check that it was saved, then choose it again.
upload-no-space = “{ $name }” needs { $size } on the server's disk. { $free } are free in { $folder }.
upload-no-space-hint = Free some space, or set TMPDIR to a folder that has more before the kernel starts.
upload-disk = “{ $name }” could not be kept on the server's disk: { $reason }.
upload-slice-number = A slice from 0 to { $last } was expected. Got { $index }.
upload-slice-parts = A slice comes with one binary part. Got { NUMBER($count) }.
upload-damaged = Slice { $index } of “{ $name }” was damaged on its way.
upload-damaged-hint = It is sent again.
upload-changed = “{ $name }” changed while it was being sent.
upload-changed-hint = Choose it again.
upload-missing =
    { NUMBER($count) ->
        [one] A slice of “{ $name }” is missing.
       *[other] { NUMBER($count) } slices of “{ $name }” are missing.
    }
upload-checksum = “{ $name }” is not what was sent: its checksum differs.
upload-unknown = This upload is not known any more.
upload-unknown-hint = Choose the file again.
upload-path-empty = A path was expected. Got an empty text.
upload-path-hint = Write the path of a file on the server.

upload-seal-missing = Uploads are to be kept encrypted (JUPYTER_AUTOML_ENCRYPT_UPLOADS), which needs the package cryptography. It is not installed.
upload-seal-install = Install it with: pip install "jupyter_automl[secure]"
upload-seal-system = Uploads are to be kept encrypted (JUPYTER_AUTOML_ENCRYPT_UPLOADS), which works on Linux only: elsewhere the readers need a plain file on the disk.
upload-seal-system-hint = Unset it.
upload-seal-path = A path that anybody can read was expected. “{ $name }” is kept encrypted.
upload-seal-path-hint = Use its read() or open().
upload-seal-broken = The encrypted file was changed on the disk, or its key is gone.
