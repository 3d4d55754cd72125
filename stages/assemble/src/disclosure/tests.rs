use reelpress_config::SafeZone;
use reelpress_templates::TemplateLibrary;
use reelpress_templates::safe::{self, Shape};

use super::*;
use crate::compose::contrast;

const ZONES: [SafeZone; 4] = [SafeZone::All, SafeZone::Tiktok, SafeZone::Reels, SafeZone::Shorts];

/// FTC-07: the figures of our own, over every template, zone and frame that the product has.
#[test]
fn the_words_are_large_dark_on_light_in_the_safe_zone_and_beside_the_ai_label_in_every_template() {
    let library = TemplateLibrary::load(None).unwrap();
    let mut checked = 0;
    for template in library.names().filter_map(|name| library.get(name)) {
        for zone in ZONES {
            for shape in Shape::ALL {
                let (width, height) = shape.size();
                let safe = safe::zone(zone, width, height);
                let laid = laid(Template::clone(template), Some("Ad · Acme"), &safe);
                let [.., form, text] = laid.layers.as_slice() else { panic!("two layers") };
                let name = format!("{} {zone:?} {}", template.name, shape.ratio());
                for layer in [form, text] {
                    assert!(layer.fixed && layer.on.len() == 3 && layer.when.is_empty(), "{name}");
                    let area = area(&layer.place, &safe);
                    assert!(area.bottom - area.top >= LEAST_HEIGHT, "{name}: {area:?}");
                    let inside = area.left >= safe.x && area.right <= safe.x + safe.width + 1e-6;
                    assert!(inside && area.top >= safe.y && area.bottom <= safe.y + safe.height, "{name}");
                }
                assert!(!laid.layers.iter().any(|layer| says(layer, "{kicker}")), "{name}");
                let labels = laid.layers.iter().filter(|layer| says(layer, "{ai}"));
                assert!(labels.clone().count() > 0 && labels.clone().all(|label| !meet(&label.place, &text.place)));
                checked += 1;
            }
        }
    }
    assert!(checked >= 12 * 16, "{checked}");
    assert!(contrast::between(BLACK, WHITE) >= 4.5);
}

#[test]
fn a_template_stays_as_it_is_where_nobody_gains() {
    let library = TemplateLibrary::load(None).unwrap();
    for template in library.names().filter_map(|name| library.get(name)) {
        let safe = safe::zone(SafeZone::All, 1080, 1920);
        assert_eq!(laid(Template::clone(template), None, &safe).layers, template.layers);
    }
}

#[test]
fn words_of_the_operator_are_no_variables_of_a_template() {
    let mut voiced = crate::testing::voiced(2_000);
    assert_eq!(words(&voiced.scripted.brief), None);
    voiced.scripted.brief.declared.commercial = Some(reelpress_vocabulary::Connection {
        kind: reelpress_vocabulary::Commercial::Gift,
        brand: "{title}".to_owned(),
        disclosure: String::new(),
    });
    assert_eq!(words(&voiced.scripted.brief).as_deref(), Some("Ad · (title)"));
}
