# The context is a folder with one static binary, `stagegate`: `scripts/image` builds and lays it.
FROM scratch
COPY stagegate /bin/stagegate
USER 65532:65532
ENTRYPOINT ["/bin/stagegate"]
