/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.handler.ClientChannel.HEADER;
import static io.github.proxyheader.handler.ClientChannel.WIRE;
import static io.github.proxyheader.handler.ClientChannel.onActive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.proxyheader.handler.ClientChannel.Holder;
import io.github.proxyheader.handler.ClientChannel.Order;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The header is first in every order of events that a transport may bring; without sockets. */
class ProxyHeaderEncoderTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.3", 80);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final ClientChannel channel = new ClientChannel(leaks.allocator());
  private final ProxyHeaderEncoder encoder = new ProxyHeaderEncoder(HEADER);

  @AfterEach
  void closeTheChannel() {
    channel.close();
    channel.releaseOutbound();
    channel.checkException();
  }

  @Test
  @DisplayName("If the encoder is added to an active channel, it sends the header and is removed")
  void addedToAnActiveChannelItSendsTheHeaderAndLeaves() {
    channel.activate();

    channel.pipeline().addLast(encoder);
    channel.runPendingTasks();

    assertThat(channel.wire()).containsExactly(WIRE);
    assertThat(channel.pipeline().context(encoder)).isNull();
  }

  @Test
  @DisplayName("Data that is written right after the encoder was added is sent after the header")
  void whatIsWrittenRightAfterItWasAddedToAnActiveChannelComesBehindTheHeader() {
    channel.activate();

    channel.pipeline().addLast(encoder).writeAndFlush(channel.data("a"));

    assertThat(channel.wire()).containsExactly(WIRE, "a");
  }

  @Test
  @DisplayName(
      "An encoder added in the initializer of a channel that is active at once sends one header")
  void inAnInitializerOfAChannelThatIsActiveAtOnceItSendsOneHeader() {
    EmbeddedChannel embedded = new EmbeddedChannel();
    embedded.config().setAllocator(leaks.allocator());
    embedded
        .pipeline()
        .addLast(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel ch) {
                ch.pipeline().addLast(encoder);
              }
            });
    embedded.pipeline().fireChannelActive();
    embedded.runPendingTasks();

    ByteBuf bytes = embedded.readOutbound();
    assertThat(ByteBufUtil.getBytes(bytes)).isEqualTo(ProxyHeaderWriter.toBytes(HEADER));
    bytes.release();
    assertThat(embedded.<Object>readOutbound()).isNull();
    embedded.finish();
  }

  @Test
  @DisplayName("A header of version 1 is written as a line of text")
  void version1IsWrittenAsItIs() {
    ProxyHeader text = HEADER.toBuilder().version(ProxyVersion.V1).build();
    channel.activate();

    channel.pipeline().addLast(new ProxyHeaderEncoder(text));
    channel.runPendingTasks();

    assertThat(channel.wire()).containsExactly("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
  }

  @Test
  @DisplayName(
      "If the source returns no header, the encoder is removed from an active channel at once")
  void withoutAHeaderItLeavesAnActiveChannelAtOnce() {
    channel.activate();

    ProxyHeaderEncoder none = new ProxyHeaderEncoder((outbound, target) -> null);
    channel.pipeline().addLast(none);

    assertThat(channel.pipeline().context(none)).isNull();
    channel.writeAndFlush(channel.data("a"));
    assertThat(channel.wire()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The header is sent although the application writes nothing")
  void aServerThatSpeaksFirstGetsTheHeader(Order order) {
    channel.pipeline().addLast(encoder);

    ChannelFuture connect = channel.connect(REMOTE);
    assertThat(channel.wire()).isEmpty();
    channel.connected(order);

    assertThat(channel.wire()).containsExactly(WIRE);
    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.pipeline().context(encoder)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Data that a connect listener writes is sent after the header")
  void whatAConnectListenerWritesComesBehindTheHeader(Order order) {
    channel.pipeline().addLast(encoder);

    channel.connect(REMOTE).addListener(future -> channel.writeAndFlush(channel.data("a")));
    channel.connected(order);

    assertThat(channel.wire()).containsExactly(WIRE, "a");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The encoder has been removed when a connect listener is called")
  void aConnectListenerFindsTheHandlerGone(Order order) {
    List<Object> found = new ArrayList<>();
    channel.pipeline().addLast(encoder);

    channel
        .connect(REMOTE)
        .addListener(future -> found.add(String.valueOf(channel.pipeline().context(encoder))));
    channel.connected(order);

    assertThat(found).containsExactly("null");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Data that is written before the connect is sent after the header")
  void whatWasWrittenBeforeTheConnectComesBehindTheHeader(Order order) {
    channel.pipeline().addLast(encoder);

    ChannelFuture write = channel.writeAndFlush(channel.data("a"));
    assertThat(write.isDone()).isFalse();
    channel.connect(REMOTE);
    ChannelFuture second = channel.writeAndFlush(channel.data("b"));
    assertThat(channel.flushes).isZero();
    channel.connected(order);

    assertThat(channel.wire()).containsExactly(WIRE, "a", "b");
    assertThat(write.isSuccess()).isTrue();
    assertThat(second.isSuccess()).isTrue();
  }

  @Test
  @DisplayName("Data that is written in channelActive is flushed after the header")
  void whatIsWrittenDuringActivationIsFlushedBehindTheHeader() {
    channel.pipeline().addLast(encoder);
    channel.pipeline().addLast(onActive(ctx -> ctx.write(channel.data("a"))));
    channel.pipeline().addLast(onActive(ctx -> ctx.write(channel.data("b"))));

    channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.wire()).containsExactly(WIRE, "a", "b");
  }

  @Test
  @DisplayName("A flush in channelActive also flushes the header")
  void aHandlerThatFlushesDuringActivationTakesTheHeaderAlong() {
    channel.pipeline().addLast(encoder);
    channel.pipeline().addLast(onActive(ctx -> ctx.writeAndFlush(channel.data("a"))));
    channel.pipeline().addLast(onActive(ctx -> ctx.writeAndFlush(channel.data("b"))));

    ChannelFuture connect = channel.connect(REMOTE);
    connect.addListener(future -> channel.writeAndFlush(channel.data("listener")));
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.wire()).startsWith(WIRE).containsOnlyOnce(WIRE, "a", "b", "listener");
    assertThat(connect.isSuccess()).isTrue();
  }

  @Test
  @DisplayName("The handlers after the encoder see channelActive once")
  void channelActiveReachesTheHandlersBehindOnce() {
    AtomicInteger active = new AtomicInteger();
    channel.pipeline().addLast(encoder);
    channel.pipeline().addLast(onActive(ctx -> active.incrementAndGet()));

    channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(active).hasValue(1);
  }

  @Test
  @DisplayName("Messages that are not buffers are sent in their order, after the header")
  void otherMessagesThanBuffersKeepTheirOrder() {
    channel.pipeline().addLast(encoder);

    channel.write("one");
    channel.write(channel.data("two"));
    channel.connect(REMOTE);
    channel.write("three");
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.wire()).containsExactly(WIRE, "one", "two", "three");
  }

  @Test
  @DisplayName("A write with the void promise is sent after the header")
  void aWriteWithTheVoidPromiseComesBehindTheHeader() {
    channel.pipeline().addLast(encoder);

    channel.writeAndFlush(channel.data("a"), channel.voidPromise());
    channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.wire()).containsExactly(WIRE, "a");
  }

  @Test
  @DisplayName("If the encoder is added during the connect, it sends the header")
  void addedWhileTheConnectIsUnderWayItSendsTheHeader() {
    ChannelFuture connect = channel.connect(REMOTE);
    channel.pipeline().addLast(encoder);

    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE);
    assertThat(channel.pipeline().context(encoder)).isNull();
  }

  @Test
  @DisplayName("Binding the channel before the connect sends nothing")
  void bindBeforeConnectSendsNothing() {
    channel.pipeline().addLast(encoder);

    channel.bind(new InetSocketAddress(0));
    assertThat(channel.wire()).isEmpty();
    channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("With fast open the header is written before the connect")
  void withFastOpenTheHeaderIsWrittenBeforeTheConnect() {
    channel.useFastOpen();
    channel.pipeline().addLast(encoder);

    ChannelFuture connect = channel.connect(REMOTE);
    assertThat(channel.writes).containsExactly(WIRE);
    assertThat(channel.flushes).isZero();
    assertThat(connect.isDone()).isFalse();
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("The connect future completes when the transport has taken the header")
  void theConnectFutureWaitsUntilTheTransportHasTheHeader() {
    Holder tunnel = new Holder();
    channel.pipeline().addLast(tunnel, encoder);

    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    channel.writeAndFlush(channel.data("a"));
    assertThat(connect.isDone()).isFalse();
    assertThat(channel.pipeline().context(encoder)).isNotNull();
    tunnel.release();

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.pipeline().context(encoder)).isNull();
    assertThat(channel.wire()).containsExactly(WIRE, "a");
  }

  @Test
  @DisplayName(
      "If the header is sent before the channel is connected, the connect future "
          + "is not complete yet")
  void aTransportThatSendsTheHeaderBeforeItIsConnectedDoesNotCompleteTheConnect() {
    Holder syn = new Holder();
    channel.useFastOpen();
    channel.pipeline().addLast(syn, encoder);

    ChannelFuture connect = channel.connect(REMOTE);
    syn.succeed();
    assertThat(connect.isDone()).isFalse();
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.pipeline().context(encoder)).isNull();
  }

  @Test
  @DisplayName("A second connect during the first one is passed on to the transport")
  void aSecondConnectIsLeftToTheTransport() {
    channel.pipeline().addLast(encoder);
    ChannelFuture first = channel.connect(REMOTE);
    ChannelPromise firstOfTransport = channel.connecting();

    ChannelPromise second = channel.newPromise();
    channel.connect(REMOTE, second);

    assertThat(channel.connecting()).isSameAs(second);
    channel.connecting = firstOfTransport;
    channel.connected(Order.PROMISE_THEN_ACTIVE);
    assertThat(first.isSuccess()).isTrue();
    assertThat(second.isDone()).isFalse();
    assertThat(channel.wire()).containsExactly(WIRE);
  }

  @Test
  @DisplayName("The source is called once, with the outbound channel")
  void theSourceIsAskedOnceWithTheOutboundChannel() {
    List<Channel> asked = new ArrayList<>();
    ProxyHeaderSource source =
        (outbound, target) -> {
          asked.add(outbound);
          return HEADER;
        };
    channel.pipeline().addLast(new ProxyHeaderEncoder(source));

    channel.write(channel.data("a"));
    channel.write(channel.data("b"));
    channel.connect(REMOTE);
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(asked).containsExactly(channel);
    assertThat(channel.wire()).containsExactly(WIRE, "a", "b");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("If the source returns no header, the connect completes and the encoder is removed")
  void withoutAHeaderTheConnectGoesOnAndTheHandlerLeaves(Order order) {
    AtomicInteger active = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    ProxyHeaderSource source =
        (outbound, target) -> {
          asked.incrementAndGet();
          return null;
        };
    ProxyHeaderEncoder none = new ProxyHeaderEncoder(source);
    channel.pipeline().addLast(none, onActive(ctx -> active.incrementAndGet()));

    ChannelFuture write = channel.writeAndFlush(channel.data("a"));
    assertThat(write.isDone()).isFalse();
    ChannelFuture connect = channel.connect(REMOTE);
    channel.connected(order);

    assertThat(connect.isSuccess()).isTrue();
    assertThat(channel.pipeline().context(none)).isNull();
    assertThat(channel.wire()).containsExactly("a");
    assertThat(write.isSuccess()).isTrue();
    assertThat(asked).hasValue(1);
    assertThat(active).hasValue(order == Order.PROMISE_ONLY ? 0 : 1);
  }

  @Test
  @DisplayName("R9 sentHeader returns the header, so that the channel is used for no other client")
  void theChannelRemembersTheHeader() {
    channel.pipeline().addLast(encoder);
    channel.connect(REMOTE);
    assertThat(ProxyHeaderEncoder.sentHeader(channel)).isNull();

    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(channel.pipeline().context(encoder)).isNull();
    assertThat(ProxyHeaderEncoder.sentHeader(channel)).isSameAs(HEADER);
    assertThat(
            ProxyHeaderEncoder.sentHeader(
                new EmbeddedChannel(channel, DefaultChannelId.newInstance(), true, false)))
        .as("of a child channel")
        .isSameAs(HEADER);
  }

  @Test
  @DisplayName("sentHeader returns the header when a connect listener is called")
  void aConnectListenerFindsTheHeaderRemembered() {
    List<ProxyHeader> found = new ArrayList<>();
    channel.pipeline().addLast(encoder);

    channel
        .connect(REMOTE)
        .addListener(future -> found.add(ProxyHeaderEncoder.sentHeader(channel)));
    channel.connected(Order.PROMISE_THEN_ACTIVE);

    assertThat(found).containsExactly(HEADER);
  }

  @Test
  @DisplayName("sentHeader returns null if no header was sent")
  void withoutAHeaderTheChannelRemembersNone() {
    channel.activate();

    channel.pipeline().addLast(new ProxyHeaderEncoder((outbound, target) -> null));

    assertThat(ProxyHeaderEncoder.sentHeader(channel)).isNull();
  }

  @Test
  @DisplayName("An instance cannot be added to a second channel")
  void anInstanceServesOneChannel() {
    channel.pipeline().addLast(encoder);

    assertThatThrownBy(() -> new EmbeddedChannel().pipeline().addLast(encoder))
        .isInstanceOf(ChannelPipelineException.class);
  }
}
