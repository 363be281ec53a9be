# The frame of the App, and what the widgets are called.

ui-app-title = AutoML
ui-app-steps = Steps
ui-app-lost = The run that this address names is not here. Start a new one below.
ui-app-run = run “{ $name }”
ui-app-widget-prompt = Prompt
ui-app-widget-shap = Explanation
ui-app-widget-upload = Upload

ui-app-status-queued = queued
ui-app-status-running = training
ui-app-status-finishing = finishing
ui-app-status-paused = paused
ui-app-status-finished = finished
ui-app-status-stopped = stopped
ui-app-status-cancelled = cancelled
ui-app-status-failed = failed
ui-app-status-interrupted = interrupted

ui-app-tab-data = Data
ui-app-tab-train = Train
ui-app-tab-results = Results
ui-app-tab-predict = Predict

# How a step stands, said after its name.
ui-app-why-open = a table is open
ui-app-why-choose = choose a table
ui-app-why-over = the run is over
ui-app-why-going = a run is under way
ui-app-why-data = needs data first
ui-app-why-results = results are there
ui-app-why-so-far = results so far
ui-app-why-model = needs a finished model first
