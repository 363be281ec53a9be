# What the pictures of explanations say. $space is "probability", "log-odds", "target" or
# "log of the target".

explain-importance-title = What matters most
explain-importance-axis = Mean size of the effect ({ $space })
explain-importance-note =
    { $rows ->
        [one] Of one row.
       *[other] Mean of { NUMBER($rows) } rows; the whiskers are a 95 % interval over the choice of rows.
    }
explain-importance-classes = Mean of all classes.
explain-column-feature = Feature
explain-column-effect = Effect
explain-column-low = From
explain-column-high = To
explain-column-value = Value
explain-column-rows = Rows
explain-column-mean = Mean effect
explain-column-partner = With
explain-column-strength = Strength
explain-column-smallest = Smallest
explain-column-largest = Largest

explain-only = Only { $first } changes the predictions.
explain-none = No feature changes this model’s predictions.
explain-equal = { $first } and { $second } matter most, about equally.
explain-times =
    { $large ->
        [yes] { $first } is worth { NUMBER($times, maximumFractionDigits: 0) } times the next feature, { $second }.
       *[no] { $first } is worth { NUMBER($times, minimumFractionDigits: 1, maximumFractionDigits: 1) } times the next feature, { $second }.
    }

# How a feature changes predictions. $points and $amount are at least 0; $log is "yes" where the
# amount is one of the target's logarithm.
explain-level-points-up =
    { $points ->
        [one] { $feature } = { $level } raises the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } point.
       *[other] { $feature } = { $level } raises the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } points.
    }
explain-level-points-down =
    { $points ->
        [one] { $feature } = { $level } lowers the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } point.
       *[other] { $feature } = { $level } lowers the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } points.
    }
explain-quarter-points-up =
    { $points ->
        [one] Against the lowest quarter of { $feature } the highest raises the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } point.
       *[other] Against the lowest quarter of { $feature } the highest raises the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } points.
    }
explain-quarter-points-down =
    { $points ->
        [one] Against the lowest quarter of { $feature } the highest lowers the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } point.
       *[other] Against the lowest quarter of { $feature } the highest lowers the chance of { $label } by { NUMBER($points, maximumFractionDigits: 2) } points.
    }
explain-level-amount-up =
    { $log ->
        [yes] { $feature } = { $level } raises the logarithm of the prediction by { $amount }.
       *[no] { $feature } = { $level } raises the prediction by { $amount }.
    }
explain-level-amount-down =
    { $log ->
        [yes] { $feature } = { $level } lowers the logarithm of the prediction by { $amount }.
       *[no] { $feature } = { $level } lowers the prediction by { $amount }.
    }
explain-quarter-amount-up =
    { $log ->
        [yes] Against the lowest quarter of { $feature } the highest raises the logarithm of the prediction by { $amount }.
       *[no] Against the lowest quarter of { $feature } the highest raises the prediction by { $amount }.
    }
explain-quarter-amount-down =
    { $log ->
        [yes] Against the lowest quarter of { $feature } the highest lowers the logarithm of the prediction by { $amount }.
       *[no] Against the lowest quarter of { $feature } the highest lowers the prediction by { $amount }.
    }
explain-no-clear-change = { $feature } makes no clear difference between rows.
explain-interacting = How much depends on { $partner }.

# How the values were found.
explain-exact = Exact Shapley values.
explain-sampled-error = Sampled: a value is ± { $error } (standard error).
explain-sampled = Sampled, with an error that is not known: there was time for one walk only.
explain-linearised = From the exact values of the blend’s models, each linearised: how a prediction is shared out is an approximation.
explain-gap = Sums differ from the predictions by { $gap } on average.

explain-swarm-title = What raises and what lowers
explain-swarm-axis =
    { $label ->
        [none] Effect on the prediction ({ $space })
       *[other] Effect on { $name } ({ $space })
    }
explain-swarm-all =
    { $rows ->
        [one] A dot for one row.
       *[other] A dot for each of { NUMBER($rows) } rows.
    }
explain-swarm-some = { NUMBER($shown) } of { NUMBER($rows) } rows, drawn evenly.
explain-swarm-colour = Colour: the feature’s value, low to high.

explain-dependence-title = { $feature }
explain-dependence-shade = Colour: { $partner }, low to high.
explain-dependence-levels = Colour: { $partner }.
explain-dependence-missing =
    { $rows ->
        [one] One row without a value is left out; its effect is { $effect }.
       *[other] { NUMBER($rows) } rows without a value are left out; their mean effect is { $effect }.
    }
explain-missing = missing
explain-other-levels =
    { $levels ->
        [one] one other level
       *[other] { NUMBER($levels) } other levels
    }

explain-waterfall-title = Row { NUMBER($row, useGrouping: 0) }
explain-waterfall-cell = { $feature } = { $value }
explain-waterfall-rest =
    { $features ->
        [one] one other feature
       *[other] { NUMBER($features) } other features
    }
explain-waterfall-base = nothing known
explain-waterfall-total = this row
explain-waterfall-chance = The chance of { $label } is { NUMBER($chance, maximumFractionDigits: 1) } %, against { NUMBER($base, maximumFractionDigits: 1) } % before anything is known.
explain-waterfall-amount = { $total } is predicted, against { $base } before anything is known.
explain-waterfall-log = The logarithm of the prediction is { $total }, against { $base } before anything is known.
explain-waterfall-most =
    { $way ->
        [up] { $feature } = { $value } raises it most.
       *[down] { $feature } = { $value } lowers it most.
    }

explain-pairs-title = What works together
explain-pairs-finding = { $first } and { $second } change each other’s effect most.
explain-pairs-none = No two features change each other’s effect.
explain-pairs-exact = Mean size of the SHAP interaction values of the strongest features ({ $space }).
explain-pairs-estimated = Estimated from the values of the strongest features: how much of one’s spread the other explains ({ $space }).

explain-permutation-title = Two measures of what matters
explain-permutation-axis = Share of the largest
explain-permutation-shap = mean effect
explain-permutation-drop = loss of { $metric } when shuffled
explain-permutation-agree = By both measures { $first } matters most.
explain-permutation-differ = By its effects { $first } matters most; shuffling { $second } costs most { $metric }.
explain-permutation-nothing = Shuffling no single feature costs { $metric }: others stand in for it.
explain-permutation-score = { $metric } is { $score } before shuffling.
explain-permutation-held_out =
    { $rows ->
        [one] One row that its models had not seen.
       *[other] { NUMBER($rows) } rows that their models had not seen, shuffled { $repeats ->
            [one] once
           *[other] { NUMBER($repeats) } times
        }.
    }
explain-permutation-training =
    { $rows ->
        [one] One training row.
       *[other] { NUMBER($rows) } training rows, on which any model looks better than it is, shuffled { $repeats ->
            [one] once
           *[other] { NUMBER($repeats) } times
        }.
    }
explain-permutation-given =
    { $rows ->
        [one] One row that was given.
       *[other] { NUMBER($rows) } rows that were given, shuffled { $repeats ->
            [one] once
           *[other] { NUMBER($repeats) } times
        }.
    }

explain-lime-title = Row { NUMBER($row, useGrouping: 0) } by SHAP and by LIME
explain-lime-ours = SHAP value
explain-lime-agree =
    { $n ->
        [one] One feature moves this row; LIME { $both ->
            [one] names it among its strongest five too, { $alike ->
                [one] in the same direction.
               *[other] in the other direction.
            }
           *[other] does not name it among its strongest five.
        }
       *[other] Of the { NUMBER($n) } features that move this row most, LIME has { NUMBER($both) } among its strongest too, { NUMBER($alike) } of them in the same direction.
    }
explain-lime-nothing = By SHAP no feature moves this row.
explain-lime-fits = LIME’s straight model explains { NUMBER($share) } % of how the predictions around this row differ.
explain-lime-misfits = LIME’s straight model explains only { NUMBER($share) } % of how the predictions around this row differ: its effects say little.
explain-lime-note = Each as a share of its largest effect: SHAP values are in { $space }, LIME’s effects are a straight line’s through predictions for rows that were made up around this one.
