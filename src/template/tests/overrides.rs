//! The overrides: what a template sets, what the next one sees.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail loudly, as the test itself does")]

use serde_json::{Value, json};
use stagegate_template::{Input, Rendered, Template};

fn render(template: &str, before: Option<&Rendered>) -> Rendered {
    let context = json!({"stage": "dev"});
    let input = Input {
        context: &context,
        request_override: before.map(|before| &before.request_override),
        response_override: before.map(|before| &before.response_override),
        ..Input::default()
    };
    Template::parse(template).unwrap().render(&input).unwrap()
}

#[test]
fn what_is_set_comes_out() {
    let rendered = render(
        "#set($context.requestOverride.header.a = 'x')#set($context.requestOverride.header.many = ['x', 1])\
         #set($context.requestOverride.querystring['q'] = 2)$context.requestOverride.path.put('p', 'v')\
         #set($context[\"responseOverride\"].status = 404)#set($context.responseOverride.header.h = \"${context.stage}!\")",
        None,
    );
    assert_eq!(rendered.text, "");
    let (request, response) = (rendered.request_override, rendered.response_override);
    assert_eq!(json!(request.header), json!({"a": "x", "many": ["x", 1]}));
    assert_eq!((json!(request.querystring), json!(request.path)), (json!({"q": 2}), json!({"p": "v"})));
    assert_eq!((response.status, json!(response.header)), (Some(json!(404)), json!({"h": "dev!"})));
}

#[test]
fn the_next_template_sees_it_and_passes_it_on() {
    let first = render(
        "#set($context.responseOverride.status = 444)#set($context.responseOverride.custom = 'c')\
         #set($context.requestOverride.path.body = 'b')",
        None,
    );
    let second = render(
        "$context.responseOverride.status $context.responseOverride.custom $context.requestOverride.path.body",
        Some(&first),
    );
    assert_eq!(second.text, "444 c b");
    assert_eq!(second.response_override, first.response_override);
    let unasked = render("x", Some(&first));
    assert_eq!(unasked.request_override, first.request_override);
}

#[test]
fn nothing_set_is_nothing() {
    let rendered = render("$context.requestOverride.header.none", None);
    assert_eq!(rendered.request_override, stagegate_template::RequestOverride::default());
    assert_eq!(rendered.response_override.status, None::<Value>);
}
