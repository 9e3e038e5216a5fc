# docs/operations/docker.md says which of these steps were run where no engine was to be had.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /derbes
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY .swcrc ./
COPY bin ./bin
COPY apps ./apps
COPY libs ./libs
RUN node bin/build.mjs --always

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /derbes
COPY package.json package-lock.json ./
# No development tools, and no embedded PostgreSQL: the database is a service beside this one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
# The user's own, so that a new volume mounted there is too.
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/derbes /var/lib/derbes-keep /var/lib/derbes-witness
WORKDIR /derbes
COPY --from=packages /derbes/package.json ./
COPY --from=packages /derbes/node_modules ./node_modules
COPY --from=build /derbes/dist ./dist
COPY bin/build.mjs bin/start.mjs bin/derbes.mjs bin/ready.mjs ./bin/
COPY docs/problems ./docs/problems
COPY docs/openapi.json ./docs/openapi.json
USER node
ENV NODE_ENV=production PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 CMD ["node", "bin/ready.mjs"]
# Without npm between, so that signals and the exit code are the service's own.
CMD ["node", "bin/start.mjs"]
