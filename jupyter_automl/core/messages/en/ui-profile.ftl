# The quality of a table, as a widget of its own.

ui-profile-label = Profile
ui-profile-target = target
ui-profile-target-none = choose a column
ui-profile-chose-exclude = { $name } left out
ui-profile-chose-group = rows of { $name } together
ui-profile-chose-time = in order of { $name }
ui-profile-chose-metric = judged by { $name }
ui-profile-undo = Undo: { $said }
ui-profile-code = To train with this:
