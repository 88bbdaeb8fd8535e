/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Embedded;
import io.github.proxyheader.testing.Recorder;
import io.github.proxyheader.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Call-backs that throw, close, take the decoder out, write, read, or feed the pipeline. */
class ProxyHeaderDecoderCallbackTest {
  @RegisterExtension final Embedded connection = new Embedded();

  /** Where an application's code runs while the decoder is at work. */
  private enum Place {
    SELECTOR {
      @Override
      void put(Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action) {
        options.policy(
            channel -> {
              action.accept(channel);
              return ProxyHeaderPolicy.USE;
            });
      }
    },
    VALIDATOR {
      @Override
      void put(Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action) {
        options.validator((channel, header) -> action.accept(channel));
      }
    },
    LISTENER {
      @Override
      void put(Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action) {
        connection.told.then(action);
      }
    },
    EVENT {
      @Override
      void put(Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action) {
        connection.behind.on("address", ctx -> action.accept(ctx.channel()));
      }
    },
    ACTIVE {
      @Override
      void put(Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action) {
        connection.behind.on("active", ctx -> action.accept(ctx.channel()));
      }
    },
    HELD_EVENT {
      @Override
      void put(Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action) {
        connection.behind.on("event", ctx -> action.accept(ctx.channel()));
      }
    };

    abstract void put(
        Embedded connection, ReceiverOptions.Builder options, Consumer<Channel> action);

    boolean isBefore(Place other) {
      return compareTo(other) < 0;
    }
  }

  /** How the header comes. */
  private enum Arrival {
    WHOLE {
      @Override
      void of(Embedded connection) {
        connection.receive(concat(Wire.v2(), text("payload")));
      }
    },
    IN_PARTS {
      @Override
      void of(Embedded connection) {
        byte[] all = concat(Wire.v2(), text("payload"));
        connection.receive(Arrays.copyOf(all, 20));
        if (connection.channel.isOpen()) {
          connection.receive(Arrays.copyOfRange(all, 20, all.length));
        }
      }
    };

    abstract void of(Embedded connection);
  }

  static Stream<Arguments> placesAndArrivals() {
    return Arrays.stream(Place.values())
        .flatMap(
            place -> Arrays.stream(Arrival.values()).map(arrival -> Arguments.of(place, arrival)));
  }

  private void run(Place place, Arrival arrival, Consumer<Channel> action) {
    ReceiverOptions.Builder options = ReceiverOptions.builder();
    place.put(connection, options, action);
    connection.accept(options);
    connection.channel.pipeline().fireUserEventTriggered("held");
    if (connection.channel.isOpen()) {
      arrival.of(connection);
    }
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that closes the channel: no channelActive, no payload behind it")
  void closes(Place place, Arrival arrival) {
    run(place, arrival, Channel::close);
    connection.assertClosed();
    List<String> expected = new ArrayList<>();
    if (Place.LISTENER.isBefore(place)) {
      expected.add("address");
    }
    if (Place.EVENT.isBefore(place)) {
      expected.add("active");
      if (place == Place.HELD_EVENT) {
        expected.add("event held");
      }
      expected.add("inactive");
    }
    assertThat(connection.seen()).isEqualTo(expected);
    connection.assertTold(place.isBefore(Place.LISTENER) ? "abandoned" : "proxied");
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that closes from in front of the decoder: the same")
  void closesInFront(Place place, Arrival arrival) {
    run(place, arrival, channel -> channel.pipeline().firstContext().close());
    connection.assertClosed();
    assertThat(connection.seen()).noneMatch(entry -> entry.startsWith("read"));
    assertThat(connection.seen().contains("active")).isEqualTo(Place.EVENT.isBefore(place));
    connection.assertTold(place.isBefore(Place.LISTENER) ? "abandoned" : "proxied");
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that takes the decoder out: everything still comes, once, in order")
  void removes(Place place, Arrival arrival) {
    run(place, arrival, channel -> channel.pipeline().remove(ProxyHeaderDecoder.class));
    assertThat(connection.hasDecoder()).isFalse();
    if (place == Place.SELECTOR) {
      // As if it had been taken out before.
      assertThat(connection.seen()).startsWith("active", "event held");
      assertThat(connection.seen()).filteredOn(e -> e.startsWith("read")).isNotEmpty();
      connection.assertTold();
    } else {
      connection.assertSeen("address", "active", "event held", "read payload", "complete");
      connection.assertTold("proxied");
    }
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that puts another handler in the decoder's place: it sees the rest")
  void replaces(Place place, Arrival arrival) {
    Recorder other = new Recorder();
    run(
        place,
        arrival,
        channel -> channel.pipeline().replace(ProxyHeaderDecoder.class, null, other));
    assertThat(other.seen()).filteredOn(e -> e.startsWith("read")).isNotEmpty();
    assertThat(connection.seen()).doesNotContain("read payload");
    assertThat(other.seen().contains("active")).isEqualTo(place.isBefore(Place.ACTIVE));
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that throws: only a selector or validator ends the connection")
  void throwsException(Place place, Arrival arrival) {
    RuntimeException failure = new IllegalStateException("of the application");
    run(
        place,
        arrival,
        channel -> {
          throw failure;
        });
    switch (place) {
      case SELECTOR, VALIDATOR -> {
        Reason reason = place == Place.SELECTOR ? Reason.UNTRUSTED : Reason.VALIDATION;
        connection.assertClosed();
        connection.assertSeen("exception " + reason);
        connection.assertTold("rejected " + reason);
        assertThat(connection.told.causes().get(0)).hasCause(failure);
      }
      default -> {
        connection.assertOpen();
        assertThat(connection.seen())
            .filteredOn(entry -> !entry.startsWith("exception"))
            .containsExactly("address", "active", "event held", "read payload", "complete");
        assertThat(connection.hasDecoder()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that closes and throws: one outcome")
  void closesAndThrows(Place place, Arrival arrival) {
    run(
        place,
        arrival,
        channel -> {
          channel.close();
          throw new IllegalStateException("of the application");
        });
    connection.assertClosed();
    assertThat(connection.told.all()).hasSize(1);
    assertThat(connection.seen()).noneMatch(entry -> entry.startsWith("read"));
    assertThat(connection.behind.all(ProxyHeaderException.class)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that writes: it leaves at once")
  void writes(Place place, Arrival arrival) {
    run(place, arrival, channel -> channel.writeAndFlush("greeting"));
    assertThat((Object) connection.channel.readOutbound()).isEqualTo("greeting");
    connection.assertSeen("address", "active", "event held", "read payload", "complete");
  }

  @ParameterizedTest
  @MethodSource("placesAndArrivals")
  @DisplayName("4.7 a call-back that feeds the pipeline: that comes behind the payload, in order")
  void feeds(Place place, Arrival arrival) {
    if (place == Place.SELECTOR) {
      return; // there it comes before everything: see the next test
    }
    run(
        place,
        arrival,
        channel -> {
          ByteBuf more = connection.leaks.buffer(BufferKind.HEAP, text("more"));
          channel.pipeline().fireChannelRead(more).fireChannelReadComplete();
          channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        });
    connection.assertSeen(
        "address",
        "active",
        "event held",
        "read payload",
        "read more",
        "event ChannelInputShutdownEvent",
        "complete",
        "complete");
  }

  @Test
  @DisplayName("4.7 a selector that feeds the pipeline: no byte is looked at before it has chosen")
  void selectorFeeds() {
    for (ProxyHeaderPolicy policy : ProxyHeaderPolicy.values()) {
      Embedded fed = new Embedded();
      fed.accept(
          ReceiverOptions.builder()
              .policy(
                  channel -> {
                    fed.receive(Wire.v1());
                    fed.receive("x");
                    assertThat(fed.seen()).isEmpty();
                    return policy;
                  }));
      switch (policy) {
        case REQUIRE, USE, IGNORE -> fed.assertSeen("address", "active", "read x", "complete");
        case REJECT -> fed.assertSeen("exception UNEXPECTED");
        case SKIP -> assertThat(fed.seen()).hasSize(5);
        case CLOSE -> fed.assertSeen();
      }
      assertThat(fed.told.all()).hasSize(1);
      fed.finish();
    }
  }

  @Test
  @DisplayName(
      "4.7 a selector that is asked at the first read and feeds the pipeline: order is kept")
  void selectorFeedsAtFirstRead() {
    connection.accept(connection.front);
    connection
        .channel
        .pipeline()
        .addLast(
            connection.decoder(
                ReceiverOptions.builder()
                    .policy(
                        channel -> {
                          connection.receive(
                              Arrays.copyOfRange(
                                  concat(Wire.v1(), text("x")), 10, Wire.v1().length + 1));
                          return ProxyHeaderPolicy.REQUIRE;
                        })),
            connection.behind);
    connection.receive(Arrays.copyOf(Wire.v1(), 10));
    assertThat(connection.seen()).startsWith("address", "read x", "complete");
    connection.assertTold("proxied");
  }

  @Test
  @DisplayName("4.7 a selector is asked once, before any byte is looked at")
  void selectorIsAskedOnce() {
    List<Channel> asked = new ArrayList<>();
    connection.accept(
        ReceiverOptions.builder()
            .policy(
                channel -> {
                  asked.add(channel);
                  return ProxyHeaderPolicy.REQUIRE;
                }));
    assertThat(asked).containsExactly(connection.channel);
    connection.receiveSplit(Wire.v1(), 5);
    assertThat(asked).hasSize(1);
  }

  @Test
  @DisplayName("4.7 a selector that returns null closes the channel")
  void selectorReturnsNull() {
    connection.accept(ReceiverOptions.builder().policy(channel -> null));
    connection.assertClosed();
    connection.assertSeen("exception UNTRUSTED");
  }

  @Test
  @DisplayName("4.7 a selector that reads without AUTO_READ: its read is remembered")
  void selectorReads() {
    connection
        .autoRead(false)
        .accept(
            ReceiverOptions.builder()
                .policy(
                    channel -> {
                      channel.read();
                      return ProxyHeaderPolicy.REQUIRE;
                    }));
    assertThat(connection.front.reads()).isEqualTo(1);
    connection.receive(Wire.v1());
    assertThat(connection.front.reads()).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "4.6 a validator's own exception is the one that is fired, and the connection refused")
  void validatorRefuses() {
    ProxyHeaderException mine = new ProxyHeaderException(Reason.VALIDATION, "not from there");
    connection.accept(
        ReceiverOptions.builder()
            .validator(
                (channel, header) -> {
                  throw mine;
                }));
    connection.receive(concat(Wire.v2(), text("x")));
    connection.assertClosed();
    assertThat(connection.behind.all(Throwable.class)).containsExactly(mine);
    assertThat(connection.told.causes()).containsExactly(mine);
    assertThat(connection.channel.hasAttr(ProxiedAddress.KEY)).isFalse();
  }

  @Test
  @DisplayName("4.6 a validator whose exception says MISSING refuses all the same")
  void validatorSaysMissing() {
    connection.accept(
        ReceiverOptions.builder()
            .policy(ProxyHeaderPolicy.USE)
            .validator(
                (channel, header) -> {
                  throw new ProxyHeaderException(Reason.MISSING, "no vector");
                }));
    connection.receive(concat(Wire.v2(), text("x")));
    connection.assertClosed();
    connection.assertSeen("exception MISSING");
  }

  @ParameterizedTest
  @EnumSource(ProxyHeaderPolicy.class)
  @DisplayName("3 a validator sees headers that are used, LOCAL ones too, and no others")
  void validatorSeesUsedHeaders(ProxyHeaderPolicy policy) {
    for (byte[] bytes : List.of(Wire.v1(), Wire.local(), text("GET /"))) {
      Embedded one = new Embedded();
      List<Object> validated = new ArrayList<>();
      one.accept(
          ReceiverOptions.builder()
              .policy(policy)
              .validator((channel, header) -> validated.add(header)));
      if (one.channel.isOpen()) {
        one.receive(bytes);
      }
      boolean used =
          (policy == ProxyHeaderPolicy.REQUIRE || policy == ProxyHeaderPolicy.USE)
              && bytes[0] != 'G';
      assertThat(validated).hasSize(used ? 1 : 0);
      one.finish();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("4.6 a listener that throws when it is told of the end changes nothing")
  void listenerThrowsAtTheEnd(End end) {
    connection.told.then(
        channel -> {
          throw new IllegalStateException("of the listener");
        });
    connection.accept();
    end.action.accept(connection, connection.channel);
    connection.assertClosed();
    assertThat(connection.told.all()).hasSize(1);
  }

  private enum End {
    REFUSED((connection, channel) -> connection.receive("GET /")),
    LATE((connection, channel) -> connection.advance(Duration.ofSeconds(5))),
    ABANDONED((connection, channel) -> connection.peerCloses()),
    CLOSED((connection, channel) -> channel.close());

    final BiConsumer<Embedded, Channel> action;

    End(BiConsumer<Embedded, Channel> action) {
      this.action = action;
    }
  }

  @Test
  @DisplayName("4.7 an exception's handler that feeds the pipeline: the bytes are dropped")
  void exceptionHandlerFeeds() {
    ByteBuf more = connection.leaks.buffer(BufferKind.HEAP, Wire.v1());
    connection.behind.on(
        "exception", ctx -> ctx.pipeline().fireChannelRead(more).fireChannelReadComplete());
    connection.accept();
    connection.receive("GET /");
    connection.assertSeen("exception MISSING");
    assertThat(more.refCnt()).isZero();
  }

  @Test
  @DisplayName("4.7 an exception's handler that throws: still one exception, and the close")
  void exceptionHandlerThrows() {
    connection.behind.on(
        "exception",
        ctx -> {
          throw new IllegalStateException("of the application");
        });
    connection.accept();
    connection.receive("GET /");
    connection.assertClosed();
    connection.assertSeen("exception MISSING");
  }

  @Test
  @DisplayName("4.7 an exception's handler that closes: closed once from its side, one exception")
  void exceptionHandlerCloses() {
    connection.behind.on("exception", ChannelHandlerContext::close);
    connection.accept();
    connection.receive("GET /");
    connection.assertClosed();
    connection.assertSeen("exception MISSING");
    connection.assertTold("rejected MISSING");
  }

  private ReceiverOptions.Builder replaceWith(ChannelHandler handler) {
    return ReceiverOptions.builder().replaceWith(address -> handler);
  }

  private void acceptAlone(ReceiverOptions.Builder options) {
    connection.accept(connection.front, connection.decoder(options));
  }

  @Test
  @DisplayName("4.2 replaceWith: the new handler sees channelActive and the payload, no event")
  void replacementTakesOver() {
    acceptAlone(replaceWith(connection.behind));
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertSeen("active", "read x", "complete");
    connection.assertTold("proxied");
    assertThat(connection.channel.pipeline().last()).isSameAs(connection.behind);
    assertThat(connection.hasDecoder()).isFalse();
  }

  @Test
  @DisplayName("4.2 replaceWith: so do the handlers that a ChannelInitializer adds")
  void initializerTakesOver() {
    List<ProxiedAddress> known = new ArrayList<>();
    acceptAlone(
        ReceiverOptions.builder()
            .replaceWith(
                address ->
                    new ChannelInitializer<>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        known.add(address);
                        known.add(ProxiedAddress.of(channel));
                        channel.pipeline().addLast(connection.behind);
                      }
                    }));
    byte[] all = concat(Wire.v2(), text("x"));
    connection.receive(Arrays.copyOf(all, 13));
    connection.receive(Arrays.copyOfRange(all, 13, all.length));
    connection.assertSeen("active", "read x", "complete");
    assertThat(known).hasSize(2).allMatch(address -> address.source().equals(Wire.SOURCE));
    assertThat(connection.channel.pipeline().names()).hasSize(3);
  }

  @Test
  @DisplayName("4.2 replaceWith: the new handler stands where the decoder stood, behind the event")
  void replacementStandsInPlace() {
    Recorder first = new Recorder();
    List<String> order = new ArrayList<>();
    connection.behind.on("address", ctx -> order.add("address"));
    connection.accept(
        connection.front,
        connection.decoder(
            ReceiverOptions.builder()
                .replaceWith(
                    address ->
                        new ChannelInboundHandlerAdapter() {
                          @Override
                          public void handlerAdded(ChannelHandlerContext ctx) {
                            order.add("added");
                          }

                          @Override
                          public void channelActive(ChannelHandlerContext ctx) {
                            order.add("active");
                            ctx.fireChannelActive();
                          }
                        })),
        connection.behind);
    connection.receive(concat(Wire.v1(), text("x")));
    assertThat(order).containsExactly("address", "added", "active");
    connection.assertSeen("address", "active", "read x", "complete");
    assertThat(first.seen()).isEmpty();
  }

  @Test
  @DisplayName("4.6 replaceWith: a failure goes to the listener only")
  void failureWithReplacement() {
    connection.accept(
        connection.front, connection.decoder(replaceWith(new Recorder())), connection.behind);
    connection.receive("GET /");
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("rejected MISSING");
  }

  @Test
  @DisplayName(
      "4.7 a replaceWith function that throws refuses the connection: one outcome, no event")
  void replaceWithThrows() {
    RuntimeException failure = new IllegalStateException("of the application");
    connection.accept(
        connection.front,
        connection.decoder(
            ReceiverOptions.builder()
                .replaceWith(
                    address -> {
                      throw failure;
                    })),
        connection.behind);
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("rejected VALIDATION");
    assertThat(connection.told.causes().get(0)).hasCause(failure);
  }

  @Test
  @DisplayName("4.7 a replaceWith function that returns null refuses the connection")
  void replaceWithReturnsNull() {
    acceptAlone(ReceiverOptions.builder().replaceWith(address -> null));
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertClosed();
    connection.assertTold("rejected VALIDATION");
  }

  @Test
  @DisplayName(
      "4.7 a replaceWith function that gives out one handler for all: the second is closed")
  void replaceWithSharesAHandler() {
    ReceiverOptions.Builder options = replaceWith(new ChannelInboundHandlerAdapter());
    Embedded first = new Embedded();
    first.accept(first.front, first.decoder(options));
    first.receive(Wire.v1());
    first.assertOpen();

    acceptAlone(options);
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertClosed();
    assertThat(connection.told.all()).hasSize(1);
    first.finish();
  }

  @Test
  @DisplayName("4.7 a new handler that fails in handlerAdded: the channel is closed, nothing leaks")
  void replacementFailsWhenAdded() {
    acceptAlone(
        replaceWith(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void handlerAdded(ChannelHandlerContext ctx) {
                throw new IllegalStateException("of the application");
              }
            }));
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertClosed();
    assertThat(connection.told.all()).hasSize(1);
  }

  @Test
  @DisplayName("4.7 a ChannelInitializer that fails: the channel is closed, nothing leaks")
  void initializerFails() {
    acceptAlone(
        replaceWith(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                throw new IllegalStateException("of the application");
              }
            }));
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertClosed();
    assertThat(connection.told.all()).hasSize(1);
  }

  @Test
  @DisplayName(
      "4.7 a new handler that closes when it is added sees neither channelActive nor payload")
  void replacementClosesWhenAdded() {
    acceptAlone(
        replaceWith(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(connection.behind);
                channel.close();
              }
            }));
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertClosed();
    connection.assertSeen();
    connection.assertTold("proxied");
  }

  @Test
  @DisplayName("4.7 replaceWith without a header in time: the new handler gets what there is")
  void replacementWithoutHeader() {
    acceptAlone(replaceWith(connection.behind).policy(ProxyHeaderPolicy.USE));
    connection.receive(text("PRO"));
    connection.advance(Duration.ofSeconds(5));
    connection.assertSeen("active", "read PRO", "complete");
  }

  @Test
  @DisplayName("4.7 the event's handler takes the decoder out: replaceWith has no place any more")
  void removedBeforeReplacement() {
    connection.behind.on("address", ctx -> ctx.pipeline().remove(ProxyHeaderDecoder.class));
    Recorder unused = new Recorder();
    connection.accept(connection.front, connection.decoder(replaceWith(unused)), connection.behind);
    connection.receive(concat(Wire.v1(), text("x")));
    connection.assertSeen("address", "active", "read x", "complete");
    assertThat(unused.seen()).isEmpty();
  }

  @Test
  @DisplayName("4.7 a message that is not bytes stays in front of what the selector feeds")
  void selectorFeedsBehindOtherMessage() {
    connection.accept(connection.front, connection.behind);
    connection
        .channel
        .pipeline()
        .addBefore(
            connection.channel.pipeline().context(connection.behind).name(),
            null,
            connection.decoder(
                ReceiverOptions.builder()
                    .policy(
                        channel -> {
                          channel.pipeline().fireChannelRead("two");
                          return ProxyHeaderPolicy.USE;
                        })));
    connection.channel.pipeline().fireChannelRead("one");
    connection.assertSeen("active", "address", "read one", "read two");
  }

  @Test
  @DisplayName("4.7 order is kept after a time-out, whoever feeds messages")
  void orderAfterTheTimeout() {
    connection.accept(ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE));
    connection.told.then(
        channel -> channel.pipeline().fireChannelRead("one").fireChannelRead("two"));
    connection.behind.on("read", ctx -> ctx.pipeline().fireChannelRead("three"));
    connection.advance(Duration.ofSeconds(5));
    connection.assertSeen("address", "active", "read one", "read two", "read three");
  }

  @Test
  @DisplayName("4.7 order is kept when held messages are asked for, whoever feeds messages")
  void orderBehindTheGate() {
    connection.autoRead(false).accept(ReceiverOptions.builder().policy(ProxyHeaderPolicy.USE));
    connection.advance(Duration.ofSeconds(5));
    connection.channel.pipeline().fireChannelRead("one").fireChannelRead("two");
    connection.channel.pipeline().fireChannelReadComplete();
    connection.assertSeen("address", "active");
    connection.behind.on("read", ctx -> ctx.pipeline().fireChannelRead("three"));
    connection.channel.read();
    connection.assertSeen("address", "active", "read one", "read two", "read three", "complete");
  }
}
