//! One request on its way: what is known of it so far, for the answer's headers, the log and the metrics.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header};
use snapshot::{ApiTable, LambdaTarget, LoggingLevel, MethodSettings, VariantTable};
use tokio::sync::oneshot;

use crate::compression::Packing;
use crate::cors::Told;
use crate::endpoints::Picked;
use crate::execution_log::{self, Data, ExecutionLog, LogLine};
use crate::gateway_response::Kept;
use crate::ids;
use crate::metrics::Flying;
use crate::quiet::InFlight;
use crate::reject::Reject;
use crate::worker::Worker;

/// What a request is for.
pub(crate) enum Purpose {
    /// Somebody wants its answer.
    Traffic {
        /// Whether its stage logs failed requests.
        logs_failures: bool,
    },
    /// A test: it is neither counted nor in the access log. Its log goes here.
    Test(Option<oneshot::Sender<Vec<LogLine>>>),
}

/// Dropped when the answer is over or the client gone: then it is counted and logged, whatever became of it.
pub(crate) struct Exchange {
    worker: Rc<Worker>,
    _in_flight: InFlight,
    pub(crate) start: Instant,
    pub(crate) epoch_millis: u64,
    pub(crate) request_id: HeaderValue,
    pub(crate) extended_request_id: HeaderValue,
    pub(crate) trace_id: Option<HeaderValue>,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) version: Version,
    pub(crate) host: String,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) source_ip: IpAddr,
    pub(crate) flying: Option<Flying>,
    pub(crate) api: Option<Arc<ApiTable>>,
    pub(crate) stage: Option<Arc<str>>,
    pub(crate) variant: Option<Arc<VariantTable>>,
    pub(crate) resource: Option<Arc<str>>,
    pub(crate) resource_id: Option<Arc<str>>,
    pub(crate) function: Option<Arc<LambdaTarget>>,
    /// The endpoint whose answer streams: in flight there until it is over.
    pub(crate) endpoint: Option<Picked>,
    pub(crate) integration_status: Option<u16>,
    pub(crate) integration_latency: Option<Duration>,
    pub(crate) reject: Option<Reject>,
    /// More on why, for the log; never for the caller.
    pub(crate) detail: Option<String>,
    /// What the caller is told, where the rejection's own message is not it.
    pub(crate) message: Option<String>,
    /// What a validator found wrong with the body.
    pub(crate) validation_error: Option<String>,
    /// What the API's own gateway responses need of the request.
    pub(crate) kept: Option<Box<Kept>>,
    /// How the client wants its answer packed, and from how many bytes on.
    pub(crate) packing: Option<(Packing, u32)>,
    /// What a browser of another origin is told.
    pub(crate) cors: Option<Box<Told>>,
    /// What is done is noted here, where somebody asks for it.
    pub(crate) execution_log: Option<Box<ExecutionLog>>,
    pub(crate) purpose: Purpose,
    /// Of the answer; none as long as there is none.
    pub(crate) status: Option<StatusCode>,
    pub(crate) response_length: u64,
}

impl Exchange {
    pub(crate) fn new(
        worker: Rc<Worker>,
        in_flight: InFlight,
        parts: &http::request::Parts,
        source_ip: IpAddr,
    ) -> Box<Self> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let host = parts.uri.host().or_else(|| parts.headers.get(header::HOST).and_then(|h| h.to_str().ok()));
        Box::new(Self {
            worker,
            _in_flight: in_flight,
            start: Instant::now(),
            epoch_millis: u64::try_from(since_epoch.as_millis()).unwrap_or_default(),
            request_id: ids::request_id(),
            extended_request_id: ids::extended_request_id(),
            trace_id: None,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            version: parts.version,
            host: host.unwrap_or_default().to_owned(),
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            source_ip,
            flying: None,
            api: None,
            stage: None,
            variant: None,
            resource: None,
            resource_id: None,
            function: None,
            endpoint: None,
            integration_status: None,
            integration_latency: None,
            reject: None,
            detail: None,
            message: None,
            validation_error: None,
            kept: None,
            packing: None,
            cors: None,
            execution_log: None,
            purpose: Purpose::Traffic { logs_failures: false },
            status: None,
            response_length: 0,
        })
    }

    /// Has executions noted as the method's settings say; a test has asked already.
    pub(crate) fn log_by(&mut self, settings: MethodSettings) {
        let Purpose::Traffic { logs_failures } = &mut self.purpose else { return };
        match settings.logging_level {
            LoggingLevel::Off => {}
            LoggingLevel::Error => *logs_failures = true,
            LoggingLevel::Info => {
                let data = if settings.data_trace_enabled { Data::Shown } else { Data::None };
                self.execution_log = Some(Box::new(ExecutionLog::new(data)));
            }
        }
    }

    /// The trace id of the request, or a fresh one.
    pub(crate) fn trace(&mut self, headers: &HeaderMap) -> &HeaderValue {
        let epoch_millis = self.epoch_millis;
        self.trace_id.get_or_insert_with(|| {
            let has_root = |value: &&HeaderValue| {
                value.len() <= 256 && value.to_str().is_ok_and(|text| text.contains("Root="))
            };
            let sent = headers.get("x-amzn-trace-id").filter(has_root);
            sent.map_or_else(|| ids::trace_id(epoch_millis), Clone::clone)
        })
    }

    /// The trace id, where there is one by now.
    pub(crate) fn trace_text(&self) -> Option<&str> {
        self.trace_id.as_ref().and_then(|value| value.to_str().ok())
    }

    pub(crate) fn protocol(&self) -> &'static str {
        match self.version {
            Version::HTTP_2 => "HTTP/2.0",
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        }
    }

    /// The status of the answer; 499 where the client went away before there was one (as nginx has it).
    pub(crate) fn status_code(&self) -> u16 {
        self.status.map_or(499, |status| status.as_u16())
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let latency = self.start.elapsed();
        let log = self.execution_log.take().map(|log| log.end(self));
        let logs_failures = match &mut self.purpose {
            Purpose::Traffic { logs_failures } => *logs_failures,
            Purpose::Test(to) => {
                if let (Some(to), Some(log)) = (to.take(), log) {
                    // Whoever asked may be gone.
                    let _ = to.send(log);
                }
                return;
            }
        };
        self.worker.metrics.record(self, latency);
        self.worker.log.write(self, latency);
        let log =
            log.or_else(|| Some(execution_log::of_failure(self, self.reject.filter(|_| logs_failures)?)));
        if let Some(log) = log {
            self.worker.execution_logs.write_execution(self, &log);
        }
    }
}
