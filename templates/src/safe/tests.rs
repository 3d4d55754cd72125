use super::*;

#[test]
fn the_zone_of_all_platforms_lies_within_that_of_each() {
    for (width, height) in Shape::ALL.map(Shape::size) {
        let all = zone(SafeZone::All, width, height);
        for one in [SafeZone::Tiktok, SafeZone::Reels, SafeZone::Shorts] {
            let zone = zone(one, width, height);
            assert!(all.x >= zone.x && all.y >= zone.y, "{one:?} {width}x{height}");
            assert!(all.x + all.width <= zone.x + zone.width + 1e-6, "{one:?} {width}x{height}");
            assert!(all.y + all.height <= zone.y + zone.height + 1e-6, "{one:?} {width}x{height}");
        }
    }
}

#[test]
fn a_frame_has_the_figures_of_the_nearest_shape() {
    for shape in Shape::ALL {
        let (width, height) = shape.size();
        assert_eq!(Shape::of(width, height), shape);
        assert_eq!(Shape::of(width / 4, height / 4), shape);
    }
    assert_eq!(Shape::of(1_080, 2_400), Shape::Upright);
    assert_eq!(Shape::of(1_080, 1_440), Shape::Portrait);
    assert_eq!(Shape::of(2_560, 1_080), Shape::Wide);
}
