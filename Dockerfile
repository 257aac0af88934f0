# Sluice in a container. The pipeline file comes by a layer of its own, or a mount:
#
#   FROM sluice:0.1.0
#   COPY production.yaml /etc/sluice/pipeline.yaml
#
# Install scripts are not run: lmdb brings its binaries in its packages, and what node-jq's script would
# download is not used.

FROM node:20-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM node:20-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY pipelines ./pipelines
COPY --from=build /src/dist ./dist

# The state: keys and hashes. A volume that is mounted here belongs to the user below because of these
# lines, on Fargate too. It must be on a local disk.
RUN mkdir -p /var/lib/sluice /etc/sluice \
  && chown node:node /var/lib/sluice \
  && chmod 0700 /var/lib/sluice
VOLUME /var/lib/sluice

USER node
WORKDIR /var/lib/sluice

# The first one has Sluice let what is in flight end, within 60 seconds: give it longer than Docker's ten.
STOPSIGNAL SIGTERM

# For `run` as it serves by default; with --once, --no-http or another --http, replace or disable it.
EXPOSE 8414
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8414/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]

ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["run", "/etc/sluice/pipeline.yaml", "--state", "/var/lib/sluice"]
