//! Any template over any input ends within its bounds, and gives the same twice.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use template::document::Document;
use template::json_path::JsonPath;
use template::limits::MAX_OUTPUT_BYTES;
use template::{Input, Template};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    template: &'a str,
    body: &'a str,
    name: &'a str,
    value: &'a str,
}

fuzz_target!(|case: Case<'_>| {
    if let Ok(path) = JsonPath::parse(case.name) {
        if let Ok(document) = Document::read(case.body) {
            let _ = path.find(&document.root(), 1_000, |_| ());
        }
    }
    let Ok(template) = Template::parse(case.template) else { return };
    let pair = [(case.name, case.value)];
    let input = Input { body: case.body, path: &pair, querystring: &pair, headers: &pair, ..Input::default() };
    let rendered = template.render(&input);
    if let Ok(rendered) = &rendered {
        assert!(rendered.text.len() <= MAX_OUTPUT_BYTES);
    }
    assert!(template.render(&input) == rendered);
});
