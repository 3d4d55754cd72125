//! Which size to ask a model for.

/// Width and height to ask `model` for, for a video of this width and height: of the sizes that the model is known to
/// take, the one nearest to the video's shape.
#[must_use]
pub fn nearest_size(model: &str, frame: (u32, u32)) -> (u32, u32) {
    let name = model.rsplit('/').next().unwrap_or(model).to_lowercase();
    if name.starts_with("gpt-image-2") {
        return free_size(frame, 16, 1_800);
    }
    let sizes: &[(u32, u32)] = if name.starts_with("gpt-image") {
        &[(1024, 1024), (1024, 1536), (1536, 1024)]
    } else if name.starts_with("dall-e-3") {
        &[(1024, 1024), (1024, 1792), (1792, 1024)]
    } else if name.starts_with("dall-e-2") {
        &[(1024, 1024)]
    } else {
        // Local models want multiples of 64 and paint best at about a megapixel.
        return free_size(frame, 64, 1_024);
    };
    let off = |(width, height): &(u32, u32)| {
        let (ours, theirs) = (u64::from(frame.0) * u64::from(*height), u64::from(*width) * u64::from(frame.1));
        // How far apart the two shapes are, as a ratio of 1000 or more.
        ours.max(theirs) * 1_000 / ours.min(theirs).max(1)
    };
    *sizes.iter().min_by_key(|size| off(size)).unwrap_or(&(1024, 1024))
}

/// The longer side nearest below `longest` at which both are multiples of `step`, and the shape is nearest to the frame's;
/// never flatter than 1:3.
fn free_size((width, height): (u32, u32), step: u32, longest: u32) -> (u32, u32) {
    let (short, long) = (u64::from(width.min(height).max(1)), u64::from(width.max(height).max(1)));
    let short = short.max(long.div_ceil(3));
    let error = |steps: u64| {
        let exact = steps * short * 1_000 / long;
        exact.abs_diff((exact + 500) / 1_000 * 1_000)
    };
    let most = u64::from(longest / step);
    let best = (most * 2 / 3..=most).rev().min_by_key(|steps| error(*steps)).unwrap_or(most);
    let other = ((best * short * 2 + long) / (2 * long)).max(best.div_ceil(3));
    let (long, short) = (best as u32 * step, other as u32 * step);
    if width > height { (long, short) } else { (short, long) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upright_video_gets_the_tallest_shape_that_the_model_has() {
        let frame = (1080, 1920);
        assert_eq!(nearest_size("gpt-image-1", frame), (1024, 1536));
        assert_eq!(nearest_size("dall-e-3", frame), (1024, 1792));
        assert_eq!(nearest_size("dall-e-2", frame), (1024, 1024));
        assert_eq!(nearest_size("openai/gpt-image-2", frame), (1008, 1792), "exactly 9:16");
        assert_eq!(nearest_size("stablediffusion", frame), (576, 1024), "exactly 9:16");
    }

    #[test]
    fn other_shapes_get_theirs() {
        assert_eq!(nearest_size("gpt-image-1-mini", (1920, 1080)), (1536, 1024));
        assert_eq!(nearest_size("gpt-image-1", (1080, 1350)), (1024, 1536));
        assert_eq!(nearest_size("dall-e-3", (1080, 1080)), (1024, 1024));
        assert_eq!(nearest_size("flux", (1920, 1080)), (1024, 576));
        assert_eq!(nearest_size("flux", (64, 4320)), (320, 960));
    }
}
