# What the kernel says of files whose rows are predicted.

batch-no-model = A model is needed to predict with. There is none yet.
batch-no-model-hint = Train one first.
batch-gone = This file is not there any more.
batch-not-ready = The predictions of this file are not ready.
batch-not-ready-hint = Predict it again.
batch-no-folder = The predictions need a folder of their own on the server. It could not be made: { $reason }.
