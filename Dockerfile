FROM node:24-bookworm-slim AS build
WORKDIR /derbes
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN node -e "import('./bin/build.mjs').then(({ ensureBuilt }) => ensureBuilt())" \
 && npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
RUN install -d -o node -g node -m 0700 /var/lib/derbes /var/lib/derbes-keep
WORKDIR /derbes
COPY --from=build --chown=root:root /derbes/package.json ./
COPY --from=build --chown=root:root /derbes/bin ./bin
COPY --from=build --chown=root:root /derbes/dist ./dist
COPY --from=build --chown=root:root /derbes/node_modules ./node_modules
COPY --from=build --chown=root:root /derbes/docs ./docs
USER node
ENV NODE_ENV=production
EXPOSE 8080
CMD ["node", "bin/start.mjs"]
