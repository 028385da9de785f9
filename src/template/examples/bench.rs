//! How long a typical template of 1 KB takes: `./task bench-template`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figure")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use serde_json::json;
use stagegate_template::{Input, Template};

const TEMPLATE: &str = r#"#set($root = $input.path('$'))
#set($user = $root.user)
#set($name = "$user.firstName $user.lastName")
{
  "context": {
    "api": "$context.apiId",
    "stage": "$context.stage",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "requestId": "$context.requestId",
    "sourceIp": "$context.identity.sourceIp",
    "userAgent": "$util.escapeJavaScript($context.identity.userAgent)"
  },
  "alias": "$stageVariables.lambdaAlias",
  "id": "$input.params('id')",
  "page": #if($input.params('page') != "")$input.params('page')#{else}1#end,
  "name": "$util.escapeJavaScript($name)",
  "adult": #if($user.age >= 18)true#{else}false#end,
  "address": $input.json('$.user.address'),
  "items": [
#foreach($item in $root.items)
    {
      "sku": "$item.sku",
      "quantity": $item.quantity,
      "price": $item.price,
      "total": #set($total = $item.quantity * $item.price)$total
    }#if($foreach.hasNext),#end

#end
  ],
  "count": $root.items.size()
}
"#;

const BODY: &str = r#"{"user": {"firstName": "Ada", "lastName": "Lovelace", "age": 36,
 "address": {"street": "12 St James's Square", "city": "London", "zip": "SW1Y"}},
 "items": [{"sku": "A-100", "quantity": 2, "price": 9.95}, {"sku": "B-200", "quantity": 1, "price": 120.5},
  {"sku": "C-300", "quantity": 12, "price": 0.25}]}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const ROUNDS: u32 = 20_000;
    const REPEATS: usize = 9;
    let context = json!({
        "apiId": "a1b2c3", "stage": "prod", "httpMethod": "POST", "resourcePath": "/users/{id}/orders",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "identity": {"sourceIp": "192.0.2.1", "userAgent": "curl/8.5.0"},
    });
    let variables = BTreeMap::from([("lambdaAlias".to_owned(), "PROD".to_owned())]);
    let input = Input {
        body: BODY,
        path: &[("id", "4711")],
        querystring: &[("page", "2")],
        headers: &[("Content-Type", "application/json"), ("User-Agent", "curl/8.5.0")],
        stage_variables: &variables,
        context: &context,
        ..Input::default()
    };
    let template = Template::parse(TEMPLATE)?;
    let output = template.render(&input)?.text;
    let mut best = f64::MAX;
    for _ in 0..REPEATS {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(template.render(black_box(&input))?);
        }
        best = best.min(start.elapsed().as_secs_f64() / f64::from(ROUNDS));
    }
    println!(
        "a template of {} bytes over a body of {} bytes, {} bytes out: {:.2} µs a rendering (best of {REPEATS} × {ROUNDS})",
        TEMPLATE.len(),
        BODY.len(),
        output.len(),
        best * 1e6,
    );
    Ok(())
}
