# What a datatrust runs Python in with DATATRUST_DOCKER_IMAGE: Debian's interpreter and libraries. It needs no command, user
# or port, and may declare no volume. Give the base by its digest, and name what comes of it by its own:
#   docker build --file python.Dockerfile --build-arg BASE=debian@sha256:… --iidfile python.id .
#   echo "DATATRUST_DOCKER_IMAGE=$(cat python.id)" >>datatrust.env
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3-numpy python3-pandas python3-sklearn \
 && rm -rf /var/lib/apt/lists/*
