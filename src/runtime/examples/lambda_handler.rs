//! A handler made with the public Rust client `lambda_runtime`, which a test serves as `bootstrap`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::fmt;

#[derive(Debug)]
struct Asked;

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("asked to fail")
    }
}

impl std::error::Error for Asked {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<serde_json::Value>) -> Result<serde_json::Value, Error> {
    println!("rust handler at work");
    if event.payload.get("fail").is_some() {
        return Err(Asked.into());
    }
    // Behind a gateway the answer is a proxy answer.
    if let Some(path) = event.payload.get("path").and_then(|path| path.as_str()) {
        return Ok(serde_json::json!({"statusCode": 200, "body": format!("rust saw {path}")}));
    }
    let context = event.context;
    Ok(serde_json::json!({
        "echo": event.payload,
        "id": context.request_id,
        "arn": context.invoked_function_arn,
        "function": context.env_config.function_name,
    }))
}
