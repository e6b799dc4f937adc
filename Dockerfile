# One image for the four services, of which docker-compose.yml says which one a container runs, and one for what compose runs once.
ARG SLUICE_NODE_IMAGE=node:24-trixie-slim
FROM ${SLUICE_NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM ${SLUICE_NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev && npm cache clean --force
# What is in the image, for those who look for known weaknesses.
RUN npm sbom --omit=dev --package-lock-only --sbom-format=cyclonedx > sbom.json

# Its only layer of ours changes with dist/setup: an image that stays the same over a release leaves NATS and MongoDB running.
FROM ${SLUICE_NODE_IMAGE} AS setup
LABEL org.opencontainers.image.title="Sluice setup" org.opencontainers.image.licenses=Apache-2.0
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/dist/setup ./
ENTRYPOINT ["node", "setup.js"]

FROM ${SLUICE_NODE_IMAGE}
LABEL org.opencontainers.image.title=Sluice org.opencontainers.image.licenses=Apache-2.0 org.opencontainers.image.version=0.1.0
ENV NODE_ENV=production
WORKDIR /app
# A volume takes over the owner of the folder that it is mounted on: these are the service's to write.
RUN mkdir -p /var/cache/sluice /run/secrets /backups /var/lib/sluice/witness \
 && chown node:node /var/cache/sluice /backups /var/lib/sluice/witness
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/sbom.json ./
COPY --from=build /app/dist dist
COPY package.json package-lock.json LICENSE NOTICE ./
COPY docker docker
USER node
ENTRYPOINT ["/bin/sh", "/app/docker/entrypoint.sh"]
CMD ["node", "dist/services/gateway.js"]
