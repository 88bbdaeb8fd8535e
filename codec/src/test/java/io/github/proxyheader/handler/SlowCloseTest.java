/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Await;
import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.SocketServer;
import io.github.proxyheader.testing.Transport;
import io.github.proxyheader.testing.Wire;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With SO_LINGER a channel that was closed stays active for a while: the close is not at once. */
@Timeout(120)
class SlowCloseTest {
  /** The call-backs in which a channel can be closed. */
  enum Place {
    SELECTOR,
    VALIDATOR,
    REPLACE_WITH,
    LISTENER,
    EVENT;

    void put(Connection connection, Consumer<Channel> action) {
      ReceiverOptions.Builder options = Connection.patientOptions();
      switch (this) {
        case SELECTOR ->
            options.policy(
                channel -> {
                  action.accept(channel);
                  return ProxyHeaderPolicy.REQUIRE;
                });
        case VALIDATOR -> options.validator((channel, header) -> action.accept(channel));
        case REPLACE_WITH ->
            options.replaceWith(
                address -> {
                  action.accept(connection.channel());
                  return new ChannelInboundHandlerAdapter();
                });
        case LISTENER -> connection.told.then(action);
        case EVENT -> connection.behind.on("address", ctx -> action.accept(ctx.channel()));
      }
      connection.options(options);
    }
  }

  static Stream<Arguments> places() {
    return Transport.available().stream()
        .flatMap(
            transport -> Stream.of(Place.values()).map(place -> Arguments.of(transport, place)));
  }

  @RegisterExtension final SocketServer server = new SocketServer();
  private final CountDownLatch checked = new CountDownLatch(1);
  private volatile boolean acted;

  @AfterEach
  void letGo() {
    checked.countDown();
  }

  /** Runs the action, and returns before the close that it begins can end. */
  private Connection run(Transport transport, Place place, Consumer<Channel> action)
      throws Exception {
    server.start(transport);
    Connection connection = new Connection(server).with(ChannelOption.SO_LINGER, 1);
    place.put(
        connection,
        channel -> {
          GlobalEventExecutor.INSTANCE.execute(this::awaitCheck); // it is there that Netty closes
          action.accept(channel);
          acted = true;
        });
    connection.connect();
    try {
      connection.send(Wire.v2(), text("payload"));
    } catch (IOException e) {
      assertThat(place).isEqualTo(Place.SELECTOR); // the server was faster
    }
    Await.until(() -> acted);
    return connection.settle();
  }

  private void awaitCheck() {
    try {
      checked.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("places")
  @DisplayName("4.7 after a call-back's close nothing goes on")
  void nothingGoesOn(Transport transport, Place place) throws Exception {
    Connection connection = run(transport, place, Channel::close);

    assertNothingGoesOn(connection);
    connection.assertTold(place.compareTo(Place.LISTENER) < 0 ? "abandoned" : "proxied");
  }

  private void assertNothingGoesOn(Connection connection) throws Exception {
    assertThat(connection.seen()).isSubsetOf("address");
    checked.countDown();
    connection.awaitClosed();
    assertThat(connection.seen()).isSubsetOf("address");
  }
}
