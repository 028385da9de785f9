//! A request's way through the phases.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use http::{HeaderMap, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use snapshot::{NamespacedName, Plan};
use tokio::sync::oneshot;

use crate::answer_body::AnswerBody;
use crate::client_address;
use crate::compression::{self, Packing};
use crate::cors::Told;
use crate::exchange::{Exchange, Purpose};
use crate::execution_log::{Data, ExecutionLog, LogLine};
use crate::gateway_response::Kept;
use crate::live::Moment;
use crate::mapped::{self, Mapped};
use crate::onward_body::RequestBody;
use crate::quiet::Activity;
use crate::raw_head::{HeadRefusal, Heads, RawHead, Recorder};
use crate::reject::Reject;
use crate::worker::Worker;
use crate::{authorise, http_function, http_proxy, lambda, resolve_stage, respond, validate};

/// What phases hand on about a request.
pub(crate) struct Inbound {
    pub(crate) worker: Rc<Worker>,
    pub(crate) moment: Arc<Moment>,
    pub(crate) headers: HeaderMap,
    /// The head as it was sent, where the connection has one and it is in step.
    pub(crate) raw: Option<RawHead>,
    pub(crate) body: RequestBody,
}

impl Begun {
    /// A request that did not come by a listener: for the API of that name, as `moment` has it.
    pub(crate) fn inside(
        worker: &Rc<Worker>,
        moment: Arc<Moment>,
        api: NamespacedName,
        request: Request<bytes::Bytes>,
        head: &[u8],
        source_ip: IpAddr,
    ) -> Self {
        let (mut parts, body) = request.into_parts();
        let in_flight = Rc::new(Activity::default()).begin(false);
        let exchange = Exchange::new(worker.clone(), in_flight, &parts, source_ip);
        let heads = Heads::default();
        Recorder::new(heads.clone()).feed(head);
        let raw = heads.take();
        let refused = raw.as_ref().and_then(|raw| raw.verdict().err()).map(refuse);
        let raw = raw.filter(|raw| in_step(raw, &parts.uri, &parts.method, &parts.headers));
        let headers = std::mem::take(&mut parts.headers);
        let body = RequestBody::of(body);
        let inbound = Inbound { worker: worker.clone(), moment, headers, raw, body };
        Self { inbound: Box::new(inbound), exchange, api: Some(api), refused }
    }

    /// Has its execution noted, and sent to `to` when it is over.
    pub(crate) fn test(mut self, to: oneshot::Sender<Vec<LogLine>>) -> Self {
        self.exchange.purpose = Purpose::Test(Some(to));
        self.exchange.execution_log = Some(Box::new(ExecutionLog::new(Data::Whole)));
        self
    }
}

/// A request that is about to be answered. What is large is in boxes: the future of its answer is moved about.
pub(crate) struct Begun {
    inbound: Box<Inbound>,
    exchange: Box<Exchange>,
    /// Set where the path named the API, on the admin listener.
    api: Option<NamespacedName>,
    refused: Option<Reject>,
}

/// Begins a request: takes the moment that is live, and the head as it was sent.
pub(crate) fn begin(
    worker: &Rc<Worker>,
    peer: IpAddr,
    heads: Option<&Heads>,
    activity: &Rc<Activity>,
    request: Request<Incoming>,
) -> Begun {
    let (mut parts, body) = request.into_parts();
    let source_ip = client_address::source_ip(peer, &parts.headers, &worker.settings.trusted_proxies);
    let in_flight = activity.begin(parts.version == http::Version::HTTP_2);
    let exchange = Exchange::new(worker.clone(), in_flight, &parts, source_ip);
    let raw = heads.and_then(Heads::take);
    let refused = raw.as_ref().and_then(|raw| raw.verdict().err()).map(refuse);
    let raw = raw.filter(|raw| in_step(raw, &parts.uri, &parts.method, &parts.headers));
    let headers = std::mem::take(&mut parts.headers);
    let inbound = Inbound {
        worker: worker.clone(),
        moment: worker.live.now(),
        headers,
        raw,
        body: RequestBody::new(body),
    };
    Begun { inbound: Box::new(inbound), exchange, api: None, refused }
}

/// Answers a request.
pub(crate) async fn answer(begun: Begun) -> Response<AnswerBody> {
    let Begun { inbound, mut exchange, api, refused } = begun;
    let result = match refused {
        Some(reject) => Err(reject),
        None => route(inbound, api, &mut exchange).await,
    };
    match result {
        Ok(response) => respond::finish(exchange, response),
        Err(reject) => respond::reject(exchange, reject),
    }
}

fn refuse(refusal: HeadRefusal) -> Reject {
    match refusal.status() {
        StatusCode::BAD_REQUEST => Reject::AmbiguousLength,
        StatusCode::URI_TOO_LONG => Reject::PathTooLong,
        _ => Reject::HeadTooLarge,
    }
}

/// The recorder's head is used only where it is beyond doubt that of this request.
fn in_step(raw: &RawHead, uri: &Uri, method: &http::Method, headers: &HeaderMap) -> bool {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    raw.matches(method.as_str(), target, headers.len())
}

async fn route(
    mut inbound: Box<Inbound>,
    api: Option<NamespacedName>,
    exchange: &mut Exchange,
) -> Result<Response<AnswerBody>, Reject> {
    let moment = inbound.moment.clone();
    let api = match api {
        Some(name) => moment.table.api(&name).ok_or(Reject::UnknownApi)?,
        None => resolve_stage::api(&moment.table, &inbound.worker.settings, &exchange.host)?,
    };
    let uri = exchange.uri.clone();
    let address = resolve_stage::stage(api, uri.path())?;
    exchange.flying = Some(inbound.worker.metrics.begin(api, &address.stage.name));
    exchange.api = Some(api.clone());
    exchange.stage = Some(address.stage.name.clone());
    // The canary is drawn here, before routes: its routes are its own.
    let variant = address.stage.draw(fastrand::u64(..));
    exchange.variant = Some(variant.clone());
    exchange.cors = Told::of(variant, &inbound.headers);
    let found = variant.router.find(address.path, exchange.method.as_str());
    if !variant.gateway_responses.is_empty() {
        let path = found.as_ref().map_or(&[][..], |matched| &matched.parameters);
        exchange.resource = found.as_ref().map(|matched| matched.target.resource.clone());
        let context = mapped::context(exchange, &inbound.worker, &address);
        exchange.kept = Some(Kept::of(&inbound.headers, path, context));
    }
    if let Some(matched) = &found {
        exchange.log_by(matched.target.settings);
        exchange.resource = Some(matched.target.resource.clone());
        exchange.resource_id = Some(matched.target.resource_id.clone());
    }
    if let Some(mut log) = exchange.execution_log.take() {
        let path = found.as_ref().map_or(&[][..], |matched| &matched.parameters);
        log.begin(exchange, &inbound.headers, path);
        exchange.execution_log = Some(log);
    }
    let matched = found.ok_or(Reject::UnknownRoute)?;
    let declared =
        inbound.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > crate::onward_body::LONGEST_BODY) {
        return Err(Reject::BodyTooLarge);
    }
    authorise::run(exchange, &inbound.worker, &address, variant)?;
    if let Some(size) = variant.minimum_compression_size {
        exchange.packing = Packing::accepted(&inbound.headers).map(|packing| (packing, size));
        compression::unpack(&mut inbound).await?;
    }
    if let Some(plan) = &matched.target.validation {
        Box::pin(validate::run(&mut inbound, exchange, plan, &matched.parameters)).await?;
    }
    match &matched.target.plan {
        Plan::Mock(mock) => {
            if let (Some(log), Some(body)) = (&mut exchange.execution_log, inbound.body.as_whole()) {
                log.request_body(body);
            }
            Ok(respond::mock(mock))
        }
        Plan::Broken(unresolved) => {
            exchange.detail = Some(unresolved.to_string());
            Err(Reject::BrokenTarget)
        }
        Plan::MappedMock(mapping) => {
            let mapped = Mapped::mock(mapping);
            Box::pin(mapped::run(inbound, exchange, &address, mapped, &matched.parameters)).await
        }
        Plan::Http(plan) => match &plan.mapping {
            None => http_proxy::run(inbound, exchange, &address, plan, &matched.parameters).await,
            Some(mapping) => {
                let mapped = Mapped::http(plan, mapping);
                Box::pin(mapped::run(inbound, exchange, &address, mapped, &matched.parameters)).await
            }
        },
        Plan::Aws(plan) => {
            let mapped = Mapped::aws(plan);
            Box::pin(mapped::run(inbound, exchange, &address, mapped, &matched.parameters)).await
        }
        // In boxes: these futures are large, and every request's would be as large as the largest of its phases.
        Plan::Lambda { versions, timeout, custom } => {
            let version = versions.pick(fastrand::u64(..));
            exchange.function = Some(version.clone());
            match custom {
                None if let Some(http) = &version.http => {
                    Box::pin(http_function::run(inbound, exchange, &address, version, http, *timeout)).await
                }
                None => {
                    let parameters = &matched.parameters;
                    Box::pin(lambda::run(inbound, exchange, &address, version, *timeout, parameters)).await
                }
                Some(custom) => {
                    let mapped = Mapped::lambda(version, *timeout, custom);
                    Box::pin(mapped::run(inbound, exchange, &address, mapped, &matched.parameters)).await
                }
            }
        }
    }
}

/// Begins a request to `/_apis/<namespace>/<api>/<stage>/<path>` of the admin listener.
pub(crate) fn begin_named(
    worker: &Rc<Worker>,
    peer: IpAddr,
    activity: &Rc<Activity>,
    mut request: Request<Incoming>,
) -> Begun {
    let named = request.uri().path_and_query().and_then(|target| {
        let rest = target.as_str().strip_prefix("/_apis/")?;
        let (namespace, rest) = rest.split_once('/')?;
        let (name, rest) = rest.split_once('/')?;
        let uri: Uri = format!("/{rest}").parse().ok()?;
        Some((NamespacedName::new(namespace, name), uri))
    });
    let (name, uri) = named.unwrap_or_else(|| (NamespacedName::new("", ""), Uri::from_static("/")));
    *request.uri_mut() = uri;
    Begun { api: Some(name), ..begin(worker, peer, None, activity, request) }
}
