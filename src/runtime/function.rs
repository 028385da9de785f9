//! A running function version.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::code::Code;
use crate::config::{FunctionConfig, Runtime};
use crate::dispatch::Dispatcher;
use crate::error::StartError;
use crate::handler::Source;
use crate::listener;
use crate::token::Token;
use crate::validate::validate;

/// How long killed processes and the last answers are waited for.
const END: Duration = Duration::from_secs(6);

/// A function version that is being served. Dropping it ends its handler processes at once; [`Self::stop`] is the
/// gentle way.
#[derive(Debug)]
pub struct Function {
    address: SocketAddr,
    dispatcher: Arc<Dispatcher>,
    finish: CancellationToken,
    /// Ends everything when this handle is dropped.
    _kill: DropGuard,
}

impl Function {
    /// Serves the Invoke API on `listen` (port 0 lets the system choose) to callers that show `token`.
    ///
    /// Must be called in a tokio runtime with I/O and time enabled; everything runs there. The code is written to
    /// a fresh temporary directory, which goes with the function. One handler process is started ahead of the
    /// first event, more on demand.
    pub async fn start(config: FunctionConfig, listen: SocketAddr, token: Token) -> Result<Self, StartError> {
        validate(&config)?;
        let source = match config.runtime {
            Runtime::Beside(api) => {
                let listener =
                    TcpListener::bind(api).await.map_err(|error| StartError::Listen(api, error))?;
                Source::Beside(Arc::new(listener))
            }
            _ => Source::Code(Code::write(&config).map_err(StartError::Code)?),
        };
        let failed = |error| StartError::Listen(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let dispatcher = Arc::new(Dispatcher::new(config, source));
        let finish = CancellationToken::new();
        dispatcher.tasks.spawn(listener::serve(listener, Arc::clone(&dispatcher), token, finish.clone()));
        dispatcher.begin();
        let kill = dispatcher.kill.clone().drop_guard();
        Ok(Self { address, dispatcher, finish, _kill: kill })
    }

    /// Where the Invoke API is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns once a handler process has got through its initialisation. Events may come before: they wait for it,
    /// or are told what it fails with.
    pub async fn warm(&self) {
        self.dispatcher.warm.cancelled().await;
    }

    /// Takes no more events, and waits up to `limit` for those that were taken. Handlers stay.
    pub async fn drain(&self, limit: Duration) {
        self.finish.cancel();
        let _ = timeout(limit, self.dispatcher.drain()).await;
    }

    /// Takes no more events, waits up to `drain` for those that were taken, then ends every handler process with
    /// all that it started.
    pub async fn stop(self, drain: Duration) {
        self.finish.cancel();
        let dispatcher = &self.dispatcher;
        dispatcher.tasks.close();
        // The limit is the caller's: what is still in flight after it is given up.
        let _ = timeout(drain, dispatcher.drain()).await;
        dispatcher.kill_all();
        if timeout(END, dispatcher.tasks.wait()).await.is_err() {
            tracing::error!(function = dispatcher.config.name, "some of a stopped function does not end");
        }
    }
}
