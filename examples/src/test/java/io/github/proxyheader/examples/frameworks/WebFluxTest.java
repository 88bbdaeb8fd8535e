/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ReceiverOptions;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** A small application of Spring Boot with WebFlux on Reactor Netty. */
class WebFluxTest extends FrameworkContract {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean(destroyMethod = "dispose")
    ProxiedLoopResources proxiedLoops(ReceiverOptions options) {
      return new ProxiedLoopResources(options);
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> proxyHeader(
        ProxiedLoopResources loops) {
      return factory -> factory.addServerCustomizers(server -> server.runOn(loops));
    }

    @Bean
    RouterFunction<ServerResponse> routes(Runnable application) {
      return RouterFunctions.route()
          .GET(
              "/",
              request -> {
                application.run();
                ServerHttpRequest http = request.exchange().getRequest();
                return ServerResponse.ok()
                    .bodyValue(says(http.getRemoteAddress(), http.getLocalAddress()));
              })
          .build();
    }
  }

  @Override
  Running start(ReceiverOptions options, Runnable application) {
    ReactiveWebServerApplicationContext context =
        (ReactiveWebServerApplicationContext)
            new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                    Map.of(
                        "server.port", "0",
                        "server.address", "127.0.0.1",
                        "spring.main.banner-mode", "off"))
                .initializers(
                    beans -> {
                      beans.getBeanFactory().registerSingleton("options", options);
                      beans.getBeanFactory().registerSingleton("application", application);
                    })
                .run();
    return new Running(context.getWebServer().getPort(), context::close);
  }

  @Override
  String ask(Preamble connection) throws Exception {
    return Http1.ask(connection);
  }
}
