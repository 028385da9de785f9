//! Any text is read as JSON or refused; what is JSON by the letter is what another reader takes it for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use template::document::Document;

fuzz_target!(|text: &str| {
    if let Ok(document) = Document::read(text) {
        let mut written = String::new();
        document.root().write(&mut written);
        assert!(Document::read(&written).is_ok(), "{written}");
    }
    if let (Ok(document), Ok(value)) = (Document::read_strictly(text.as_bytes()), text.parse::<Value>()) {
        let mut written = String::new();
        document.root().write(&mut written);
        assert_eq!(written.parse::<Value>().ok(), Some(value), "{written}");
    }
});
