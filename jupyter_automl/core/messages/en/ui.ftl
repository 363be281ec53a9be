# Texts that several screens of the page use. A name that begins with `ui-` is sent to the page.

ui-life-busy =
    { $since ->
        [never] The kernel is busy with another cell. It goes on by itself.
       *[other] The kernel is busy with another cell. This is the state from { $since }; it goes on by itself.
    }
ui-life-gone =
    { $since ->
        [never] No kernel answers. Run the cell again to continue; a run that was started is kept.
       *[other] No kernel answers. This is a snapshot from { $since }. Run the cell again to continue; a run that was started is kept.
    }
ui-life-again = Look again
ui-life-waiting = Waiting for the kernel.
ui-error = Error:

ui-ask-again = Try again
ui-ask-slow = No answer came within { NUMBER($seconds) } s: the kernel or its helper is busy.
ui-ask-slow-hint = Try again in a moment.
ui-no-kernel = No kernel answers.
ui-no-kernel-hint = Run the cell again to continue; the run itself is kept.
ui-late-loading = Opening.
ui-late-version = This page is of another version of jupyter_automl than its kernel.
ui-late-version-hint = Reload the page.
