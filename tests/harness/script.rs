//! Scripts that a person might hand to `make --script`.

/// 45 words, the fewest that a script may have.
pub const SHORT_SCRIPT: &str = r#"
title = "Three hearts"
caption = "An octopus has three hearts and blue blood."
hashtags = ["nature"]

[hook]
narration = "An octopus lives with three hearts and blue blood."
on_screen = "Three hearts"

[[scenes]]
narration = "Two of the hearts push blood through the gills, one serves the body."
on_screen = "Two for the gills"

[[scenes]]
narration = "That third heart rests while the animal swims, so it rather crawls."
on_screen = "One rests"

[call_to_action]
narration = "Now you know why an octopus hates to hurry. Follow for more."

[[sources]]
title = "Octopus"
link = "https://en.wikipedia.org/wiki/Octopus"
"#;
