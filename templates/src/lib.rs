//! The template library: how scenes become pictures, the prompts and the built-in writer's phrases.
