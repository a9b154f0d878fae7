# estrom as it runs from a checkout: Node executes the sources, nothing is built.
FROM node:24-slim
WORKDIR /estrom
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src src
USER node
ENV ESTROM_HOST=0.0.0.0 ESTROM_PORT=9280
EXPOSE 9280
ENTRYPOINT ["node", "src/cli/estrom.js"]
