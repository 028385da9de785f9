//! A mock's fixed answer is exported as a template: it renders to the same text.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing loudly")]

use std::collections::BTreeMap;

use api::{ApiContent, Method, MethodName, MockIntegration};
use openapi::{ExportOptions, Format, export};
use proptest::prelude::*;
use template::{Input, Template};

fn template_of(body: &str) -> Option<String> {
    let mock = MockIntegration { body: Some(body.to_owned()), ..MockIntegration::default() };
    let method = Method { mock: Some(mock), ..Method::default() };
    let paths = [("/x".to_owned(), BTreeMap::from([(MethodName::Get, Box::new(method))]))].into();
    let content = ApiContent { paths, ..ApiContent::default() };
    let options = ExportOptions { format: Format::Oas30, extensions: true, today: "1", host: "h" };
    let document = export("a", "s", &content, options).document;
    let integration = &document["paths"]["/x"]["get"]["x-amazon-apigateway-integration"];
    let text = integration["responses"]["default"]["responseTemplates"]["application/json"].as_str();
    text.map(str::to_owned)
}

fn rendered(text: &str) -> String {
    Template::parse(text).unwrap().render(&Input::default()).unwrap().text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_renders_to_the_same_text(body in prop_oneof!["[ -~\n\té]{0,40}", "([$#{}()\\\\ \n!]|set|if|end|a|\\*){0,20}"]) {
        let text = template_of(&body).map(|text| rendered(&text)).unwrap_or_default();
        prop_assert_eq!(text, body);
    }
}
