/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static io.github.proxyheader.testing.Bytes.concat;
import static io.github.proxyheader.testing.Bytes.text;
import static io.github.proxyheader.testing.Datagrams.CLIENT;
import static io.github.proxyheader.testing.Datagrams.OTHER_PROXY;
import static io.github.proxyheader.testing.Datagrams.PROXY;
import static io.github.proxyheader.testing.Datagrams.SERVER;
import static io.github.proxyheader.testing.Datagrams.TARGET;
import static io.github.proxyheader.testing.Datagrams.header;
import static io.github.proxyheader.testing.Datagrams.headerBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.proxyheader.datagram.FlowTable.Flow;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.testing.BufferKind;
import io.github.proxyheader.testing.Bytes;
import io.github.proxyheader.testing.Datagrams;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultAddressedEnvelope;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiedDatagramFlowsTest {
  @RegisterExtension final Datagrams datagrams = new Datagrams();

  private static final InetSocketAddress OTHER_CLIENT = Addresses.inet("203.0.113.8", 45_678);
  private static final byte[] HEADER = headerBytes(CLIENT);

  private final Datagrams.Told flowsTold = new Datagrams.Told();
  private long now = Long.MAX_VALUE - 5; // a clock may start anywhere, and overflow
  private ProxiedDatagramFlows flows;

  private Datagrams flows(DatagramFlowOptions.Builder options) {
    return flows(options, ProxyHeaderPolicy.USE);
  }

  private Datagrams flows(DatagramFlowOptions.Builder options, ProxyHeaderPolicy policy) {
    flows = new ProxiedDatagramFlows(options.listener(flowsTold).build(), () -> now);
    DatagramReceiverOptions receiver =
        DatagramReceiverOptions.builder().policy(policy).listener(datagrams.told).build();
    return datagrams.with(new ProxyHeaderDatagramDecoder(receiver), flows);
  }

  private static DatagramFlowOptions.Builder options() {
    return DatagramFlowOptions.builder();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** Sends to an address, and returns where that went. */
  private InetSocketAddress wayTo(InetSocketAddress recipient) {
    datagrams.channel.writeAndFlush(
        new DatagramPacket(datagrams.leaks.buffer(BufferKind.DIRECT, text("answer")), recipient));
    DatagramPacket out = datagrams.channel.readOutbound();
    assertThat(out.content().readableBytes()).isEqualTo(6);
    out.release();
    return out.recipient();
  }

  @Test
  void clientIsTheSenderAndAnswersGoByItsProxy() {
    flows(options()).receive(HEADER, text("hello"));

    assertThat(datagrams.payloads).containsExactly("hello");
    assertThat(datagrams.last().sender()).isEqualTo(CLIENT);
    assertThat(datagrams.last().recipient()).isEqualTo(SERVER);
    assertThat(datagrams.last().proxiedAddress().peer()).isEqualTo(PROXY);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(wayTo(OTHER_CLIENT)).isEqualTo(OTHER_CLIENT);
  }

  @Test
  void answerMadeOfTheDatagramTakesTheSameWay() {
    flows(options()).receive(HEADER);
    datagrams.channel.writeAndFlush(datagrams.last().reply(Unpooled.EMPTY_BUFFER));
    DatagramPacket out = datagrams.channel.readOutbound();
    assertThat(out.recipient()).isEqualTo(PROXY);
  }

  @Test
  void clientsOfOneProxyAreKeptApart() {
    flows(options()).receive(HEADER).receive(headerBytes(OTHER_CLIENT));
    datagrams.receiveFrom(OTHER_PROXY, headerBytes(TARGET));
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(wayTo(OTHER_CLIENT)).isEqualTo(PROXY);
    assertThat(wayTo(TARGET)).isEqualTo(OTHER_PROXY);
    assertThat(flows.size()).isEqualTo(3);
  }

  @Test
  void answersGoByTheProxyThatBroughtTheNewestDatagram() {
    flows(options()).receive(HEADER).receiveFrom(OTHER_PROXY, HEADER);
    assertThat(wayTo(CLIENT)).isEqualTo(OTHER_PROXY);
    datagrams.receive(HEADER);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(flows.size()).isOne();
  }

  @Test
  void senderThatIsNotBelievedMovesNoFlow() {
    flows(options(), ProxyHeaderPolicy.REQUIRE).receive(HEADER);
    datagrams.receiveFrom(OTHER_PROXY, Bytes.binary(0x21, 0x12, new byte[3]));
    datagrams.receiveFrom(CLIENT, text("no header"));
    assertThat(datagrams.told.all).containsExactly("proxied", "LENGTH", "MISSING");
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
  }

  @Test
  void directDatagramMakesAnswersGoDirectly() {
    flows(options()).receive(HEADER).receiveFrom(CLIENT, text("direct"));
    assertThat(datagrams.last().sender()).isEqualTo(CLIENT);
    assertThat(wayTo(CLIENT)).isEqualTo(CLIENT);
  }

  @Test
  void unixClientsKeepTheProxyAsTheirSender() {
    byte[] unix = concat(Bytes.path("/client"), Bytes.path("/server"));
    flows(options()).receive(Bytes.binary(0x21, 0x32, unix));
    assertThat(datagrams.last().sender()).isEqualTo(PROXY);
    assertThat(datagrams.last().proxiedAddress().isProxied()).isTrue();
    assertThat(flows.size()).isZero();
  }

  @Test
  void ipv6ClientsAreAnsweredByTheirProxy() {
    InetSocketAddress client = Addresses.inet("2001:db8::7", 1);
    byte[] bytes = ProxyHeaderWriter.toBytes(ProxyHeader.of(client, TARGET));
    flows(options()).receive(bytes);
    assertThat(datagrams.last().sender()).isEqualTo(client);
    assertThat(wayTo(client)).isEqualTo(PROXY);
    assertThat(wayTo(Addresses.inet("2001:db8::7", 2))).isNotEqualTo(PROXY);
  }

  @Test
  void flowEndsWhenItIsIdle() {
    flows(options().idleTime(Duration.ofSeconds(60))).receive(HEADER);
    pass(Duration.ofSeconds(59));
    assertThat(wayTo(CLIENT)).as("used in this direction too").isEqualTo(PROXY);
    pass(Duration.ofSeconds(59));
    datagrams.receive(HEADER);
    pass(Duration.ofSeconds(59));
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    pass(Duration.ofSeconds(60));
    assertThat(wayTo(CLIENT)).isEqualTo(CLIENT);
    assertThat(flows.size()).isZero();
  }

  @Test
  void idleFlowsMakeRoomAsNewOnesCome() {
    flows(options().idleTime(Duration.ofSeconds(60)));
    for (int i = 1; i <= 100; i++) {
      datagrams.receive(headerBytes(Addresses.inet("192.0.2.1", i)));
    }
    pass(Duration.ofSeconds(61));
    for (int i = 1; i <= 50; i++) {
      datagrams.receive(headerBytes(Addresses.inet("192.0.2.2", i)));
    }
    assertThat(flows.size()).isEqualTo(50);
  }

  @Test
  void leastRecentlyUsedFlowIsForgottenForANewOne() {
    flows(options().maxFlows(2)).receive(HEADER).receive(headerBytes(OTHER_CLIENT));
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    datagrams.receive(headerBytes(TARGET));
    assertThat(wayTo(OTHER_CLIENT)).as("forgotten").isEqualTo(OTHER_CLIENT);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(wayTo(TARGET)).isEqualTo(PROXY);
    assertThat(flows.size()).isEqualTo(2);
  }

  @Test
  void tableMayHaveRoomForOneFlowOnly() {
    flows(options().maxFlows(1)).receive(HEADER).receive(HEADER).receive(headerBytes(TARGET));
    assertThat(flows.size()).isOne();
    assertThat(wayTo(TARGET)).isEqualTo(PROXY);
  }

  @Test
  void withRepliesOnlyTheWriteToAnAddressWithoutAFlowFails() {
    flows(options().repliesOnly(true)).receive(HEADER);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    ChannelFuture write =
        datagrams.channel.writeAndFlush(
            new DatagramPacket(datagrams.leaks.buffer(BufferKind.DIRECT, text("x")), OTHER_CLIENT));
    assertThat(write.cause()).isInstanceOf(NoRouteToHostException.class);
    datagrams.leaks.assertNothingLeaked();
  }

  @Test
  @DisplayName("T22 with repliesOnly, health checks and direct clients are answered")
  void withRepliesOnlyEverySenderIsAnswered() {
    flows(options().repliesOnly(true))
        .receive(ProxyHeaderWriter.toBytes(ProxyHeader.local()), text("ping"))
        .receiveFrom(OTHER_CLIENT, text("direct"));
    assertThat(wayTo(PROXY)).isEqualTo(PROXY);
    assertThat(wayTo(OTHER_CLIENT)).isEqualTo(OTHER_CLIENT);
    assertThat(flows.size()).isEqualTo(2);
    datagrams.receive(HEADER).receiveFrom(CLIENT, text("direct"));
    assertThat(wayTo(CLIENT)).isEqualTo(CLIENT);
  }

  @Test
  void otherEnvelopesAndSegmentsFindTheirWay() {
    flows(options()).receive(HEADER);
    datagrams.channel.writeAndFlush(
        new DefaultAddressedEnvelope<ByteBuf, InetSocketAddress>(
            datagrams.leaks.buffer(BufferKind.DIRECT, text("x")), CLIENT));
    DatagramPacket envelope = datagrams.channel.readOutbound();
    assertThat(envelope.recipient()).isEqualTo(PROXY);
    envelope.release();

    datagrams.channel.writeAndFlush(
        new SegmentedDatagramPacket(
            datagrams.leaks.buffer(BufferKind.DIRECT, text("xyz")), 2, CLIENT, SERVER));
    SegmentedDatagramPacket segments = datagrams.channel.readOutbound();
    assertThat(segments.recipient()).isEqualTo(PROXY);
    assertThat(segments.sender()).isEqualTo(SERVER);
    assertThat(segments.segmentSize()).isEqualTo(2);
    segments.release();
  }

  @Test
  void otherMessagesPass() {
    flows(options());
    ByteBuf bytes = datagrams.leaks.buffer(BufferKind.DIRECT, text("x"));
    datagrams.channel.writeAndFlush(bytes);
    assertThat(datagrams.channel.<Object>readOutbound()).isSameAs(bytes);
    bytes.release();

    DatagramPacket unresolved =
        new DatagramPacket(Unpooled.EMPTY_BUFFER, InetSocketAddress.createUnresolved("name", 1));
    datagrams.channel.writeAndFlush(unresolved);
    assertThat(datagrams.channel.<Object>readOutbound()).isSameAs(unresolved);
  }

  @Test
  void vectorsArePassedOnButNotKept() {
    ProxyHeader header =
        header(CLIENT).toBuilder().tlvs(Tlvs.builder().add(0xE0, new byte[2_000]).build()).build();
    flows(options()).receive(ProxyHeaderWriter.toBytes(header));
    assertThat(datagrams.last().proxiedAddress().header()).isEqualTo(header);
    datagrams.receive(ProxyHeaderWriter.toBytes(header));
    datagrams.channel.writeAndFlush(new DatagramPacket(Unpooled.EMPTY_BUFFER, CLIENT));
    ProxiedDatagram out = datagrams.channel.readOutbound();
    assertThat(out.proxiedAddress().header()).isEqualTo(header(CLIENT));
    datagrams.receiveFrom(OTHER_PROXY, ProxyHeaderWriter.toBytes(header));
    assertThat(wayTo(CLIENT)).isEqualTo(OTHER_PROXY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void destinationOfAFlowIsThatOfItsNewestDatagram(boolean vectors) {
    Tlvs tlvs = vectors ? Tlvs.builder().authority("a.example").build() : Tlvs.empty();
    ProxyHeader first = header(CLIENT).toBuilder().tlvs(tlvs).build();
    ProxyHeader second = first.toBuilder().destination(OTHER_CLIENT).build();
    flows(options()).receive(ProxyHeaderWriter.toBytes(first));
    datagrams.receive(ProxyHeaderWriter.toBytes(second));
    assertThat(answerTo(CLIENT).destination()).isEqualTo(OTHER_CLIENT);
    datagrams.receive(ProxyHeaderWriter.toBytes(first));
    assertThat(answerTo(CLIENT).destination()).isEqualTo(TARGET);
    assertThat(answerTo(CLIENT).tlvs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"every datagram", "every datagram, with vectors", "the first datagram"})
  void localAddressAndPolicyOfAFlowAreThoseOfItsNewestDatagram(String headerIn) {
    boolean once = headerIn.equals("the first datagram");
    Tlvs tlvs =
        headerIn.endsWith("vectors") ? Tlvs.builder().authority("a.example").build() : Tlvs.empty();
    ProxyHeader header = header(CLIENT).toBuilder().tlvs(tlvs).build();
    datagrams.with(new ProxiedDatagramFlows(options().headerOnce(once).build()));

    datagrams.receiveMessage(proxied(header, SERVER, ProxyHeaderPolicy.USE));
    ProxyHeader next = once ? null : header;
    datagrams.receiveMessage(proxied(next, OTHER_CLIENT, ProxyHeaderPolicy.USE));
    assertThat(datagrams.last().proxiedAddress().local()).isEqualTo(OTHER_CLIENT);
    assertThat(answerTo(CLIENT).local()).isEqualTo(OTHER_CLIENT);
    assertThat(answerTo(CLIENT).peer()).isEqualTo(PROXY);
    datagrams.receiveMessage(proxied(next, OTHER_CLIENT, ProxyHeaderPolicy.REQUIRE));
    assertThat(datagrams.last().proxiedAddress().source()).isEqualTo(CLIENT);
    assertThat(answerTo(CLIENT).policy()).isEqualTo(ProxyHeaderPolicy.REQUIRE);
  }

  private static ProxiedDatagram proxied(
      ProxyHeader header, InetSocketAddress local, ProxyHeaderPolicy policy) {
    return new ProxiedDatagram(
        Unpooled.EMPTY_BUFFER, local, PROXY, ProxiedAddress.of(header, PROXY, local, policy));
  }

  /** Sends to a client's address, and returns what is known of that client. */
  private ProxiedAddress answerTo(InetSocketAddress client) {
    datagrams.channel.writeAndFlush(new DatagramPacket(Unpooled.EMPTY_BUFFER, client));
    return ((ProxiedDatagram) datagrams.channel.readOutbound()).proxiedAddress();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("T22 no number of health checks and direct datagrams costs a client its flow")
  void directDatagramsEvictNoClient(boolean headerOnce) {
    flows(options().headerOnce(headerOnce).repliesOnly(true).maxFlows(2))
        .receive(HEADER, text("x"));
    for (int i = 1; i <= 10; i++) {
      InetSocketAddress check = Addresses.inet("10.0.0.3", i);
      byte[] header =
          i % 2 == 0
              ? ProxyHeaderWriter.toBytes(ProxyHeader.local())
              : Bytes.binary(0x21, 0x00); // UNSPEC
      datagrams.receiveFrom(check, header, text("ping"));
      assertThat(wayTo(check)).isEqualTo(check);
      assertThat(flows.size()).isLessThanOrEqualTo(2);
    }
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);

    datagrams.receiveFrom(OTHER_PROXY, headerBytes(OTHER_CLIENT));
    assertThat(wayTo(CLIENT)).as("a new client takes the room of a check").isEqualTo(PROXY);
    assertThat(wayTo(OTHER_CLIENT)).isEqualTo(OTHER_PROXY);

    InetSocketAddress check = Addresses.inet("10.0.0.3", 11);
    datagrams.receiveFrom(check, ProxyHeaderWriter.toBytes(ProxyHeader.local()), text("ping"));
    assertThat(wayTo(check)).as("answered although there is no room").isEqualTo(check);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(wayTo(OTHER_CLIENT)).isEqualTo(OTHER_PROXY);
    assertThat(flowsTold.all).isEmpty();
    assertThat(flows.size()).isEqualTo(2);
  }

  @Test
  void directSenderThatComesByAProxyIsAnsweredByIt() {
    flows(options().repliesOnly(true)).receiveFrom(CLIENT, text("direct")).receive(HEADER);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(flows.size()).isOne();
  }

  @Test
  void directFlowEndsWhenItIsIdle() {
    flows(options().repliesOnly(true).idleTime(Duration.ofSeconds(60)))
        .receiveFrom(OTHER_CLIENT, text("direct"));
    pass(Duration.ofSeconds(60));
    ChannelFuture write =
        datagrams.channel.writeAndFlush(new DatagramPacket(Unpooled.EMPTY_BUFFER, OTHER_CLIENT));
    assertThat(write.cause()).isInstanceOf(NoRouteToHostException.class);
  }

  @Test
  void idleClientsMakeRoomForDirectSenders() {
    flows(options().repliesOnly(true).maxFlows(2).idleTime(Duration.ofSeconds(60)))
        .receive(HEADER)
        .receive(headerBytes(OTHER_CLIENT));
    pass(Duration.ofSeconds(60));
    datagrams.receiveFrom(Addresses.inet("10.0.0.3", 1), text("a"));
    datagrams.receiveFrom(Addresses.inet("10.0.0.3", 2), text("b"));
    assertThat(wayTo(Addresses.inet("10.0.0.3", 1))).isNotNull();
    assertThat(wayTo(Addresses.inet("10.0.0.3", 2))).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"IGNORE", "REJECT", "SKIP"})
  void headerOnceSendersWhoseHeadersAreNotUsedAreDirect(ProxyHeaderPolicy policy) {
    ProxyHeaderPolicy[] current = {ProxyHeaderPolicy.USE};
    flows = new ProxiedDatagramFlows(options().headerOnce(true).listener(flowsTold).build());
    DatagramReceiverOptions receiver =
        DatagramReceiverOptions.builder().policy((channel, sender) -> current[0]).build();
    datagrams.with(new ProxyHeaderDatagramDecoder(receiver), flows).receive(HEADER, text("x"));
    current[0] = policy; // the list of proxies has changed
    datagrams.receive(text("y")).receiveFrom(OTHER_CLIENT, text("z"));
    assertThat(datagrams.received)
        .extracting(DatagramPacket::sender)
        .containsExactly(CLIENT, PROXY, OTHER_CLIENT);
    assertThat(datagrams.last().proxiedAddress().isProxied()).isFalse();
    assertThat(flowsTold.all).isEmpty();
  }

  @Test
  void headerOnceUnixClientsKeepTheirHeaderToo() {
    byte[] unix = concat(Bytes.path("/client"), Bytes.path("/server"));
    flows(options().headerOnce(true)).receive(Bytes.binary(0x21, 0x32, unix)).receive(text("y"));
    assertThat(datagrams.last().sender()).isEqualTo(PROXY);
    assertThat(datagrams.last().proxiedAddress().isProxied()).isTrue();
  }

  /** A line as the stream module of nginx writes it. */
  private static final byte[] NGINX_LINE = text("PROXY TCP4 203.0.113.7 198.51.100.9 45678 53\r\n");

  private Datagrams version1(DatagramFlowOptions.Builder options) {
    flows = new ProxiedDatagramFlows(options.listener(flowsTold).build(), () -> now);
    DatagramReceiverOptions receiver =
        DatagramReceiverOptions.builder()
            .policy(ProxyHeaderPolicy.USE)
            .allowVersion1(true)
            .listener(datagrams.told)
            .build();
    return datagrams.with(new ProxyHeaderDatagramDecoder(receiver), flows);
  }

  @Test
  void version1InFrontOfTheFirstDatagramTellsTheClientOfTheFlow() {
    version1(options().headerOnce(true))
        .receive(NGINX_LINE, text("first"))
        .receive(text("second"))
        .receive(NGINX_LINE, text("third"))
        .receiveFrom(OTHER_PROXY, text("stranger"));
    assertThat(datagrams.payloads).containsExactly("first", "second", "third");
    assertThat(datagrams.received).allMatch(datagram -> datagram.sender().equals(CLIENT));
    assertThat(datagrams.last().proxiedAddress().destination()).isEqualTo(TARGET);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(flowsTold.all).containsExactly("MISSING");
  }

  @Test
  void version1OfAnotherClientInAFlowIsDropped() {
    version1(options().headerOnce(true))
        .receive(NGINX_LINE, text("x"))
        .receive(text("PROXY TCP4 127.0.0.1 198.51.100.9 1 53\r\n"), text("forged"))
        .receive(text("PROXY UNKNOWN\r\n"), text("forged"))
        .receive(HEADER, text("the same client in version 2"))
        .receive(headerBytes(OTHER_CLIENT), text("forged"));
    assertThat(flowsTold.all).containsExactly("UNEXPECTED", "UNEXPECTED", "UNEXPECTED");
    assertThat(datagrams.payloads).containsExactly("x", "the same client in version 2");
    assertThat(datagrams.received).allMatch(datagram -> datagram.sender().equals(CLIENT));
  }

  @Test
  void version1NewSessionComesFromAnotherPortOfTheProxy() {
    InetSocketAddress nextPort = Addresses.inet("10.0.0.1", 4_001);
    version1(options().headerOnce(true)).receive(NGINX_LINE, text("a"));
    datagrams.receiveFrom(nextPort, NGINX_LINE, text("b")).receiveFrom(nextPort, text("c"));
    assertThat(datagrams.payloads).containsExactly("a", "b", "c");
    assertThat(wayTo(CLIENT)).isEqualTo(nextPort);
  }

  @Test
  void version1IsDroppedWithoutHeaderOnce() {
    version1(options()).receive(NGINX_LINE, text("x"));
    assertThat(datagrams.received).isEmpty();
    assertThat(flowsTold.all).containsExactly("VERSION");
  }

  @Test
  void headerOnceDatagramsWithoutAHeaderBelongToTheFlow() {
    flows(options().headerOnce(true)).receive(HEADER, text("first")).receive(text("second"));
    datagrams.receiveFrom(OTHER_PROXY, headerBytes(OTHER_CLIENT), text("other"));
    datagrams.receiveFrom(OTHER_PROXY, text("of the other")).receive(text("third"));

    assertThat(datagrams.payloads)
        .containsExactly("first", "second", "other", "of the other", "third");
    assertThat(datagrams.received)
        .extracting(DatagramPacket::sender)
        .containsExactly(CLIENT, CLIENT, OTHER_CLIENT, OTHER_CLIENT, CLIENT);
    ProxiedAddress first = datagrams.received.get(0).proxiedAddress();
    assertThat(datagrams.last().proxiedAddress()).isSameAs(first);
    assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    assertThat(wayTo(OTHER_CLIENT)).isEqualTo(OTHER_PROXY);
  }

  @Test
  void headerOnceDatagramsWithoutAHeaderAndAFlowAreDropped() {
    flows(options().headerOnce(true)).receive(text("first came out of order"));
    datagrams.receiveFrom(Addresses.inet("10.0.0.1", 4_001), text("another port"));
    assertThat(datagrams.received).isEmpty();
    assertThat(flowsTold.all).containsExactly("MISSING", "MISSING");
    assertThat(flowsTold.droppedSenders.get(0)).isEqualTo(PROXY);
  }

  @Test
  void headerOnceAClientCannotBecomeAnother() {
    flows(options().headerOnce(true)).receive(HEADER, text("x"));
    datagrams
        .receive(headerBytes(OTHER_CLIENT), text("another client"))
        .receive(ProxyHeaderWriter.toBytes(ProxyHeader.local()), text("the proxy itself"))
        .receive(Bytes.binary(0x21, 0x00), text("nobody"))
        .receive(text("y"));
    assertThat(flowsTold.all).containsExactly("UNEXPECTED", "UNEXPECTED", "UNEXPECTED");
    assertThat(datagrams.payloads).containsExactly("x", "y");
    assertThat(datagrams.received).allMatch(d -> d.sender().equals(CLIENT));
  }

  @Test
  void headerOnceAClientCannotChangeItsVectors() {
    ProxyHeader forged =
        header(CLIENT).toBuilder().tlvs(Tlvs.builder().authority("admin.example").build()).build();
    flows(options().headerOnce(true))
        .receive(HEADER, text("x"))
        .receive(ProxyHeaderWriter.toBytes(forged), text("y"));
    assertThat(datagrams.payloads).containsExactly("x", "y");
    assertThat(datagrams.last().proxiedAddress().tlvs()).isEmpty();
  }

  @Test
  void headerOnceHealthChecksPassWithoutAFlow() {
    flows(options().headerOnce(true))
        .receive(ProxyHeaderWriter.toBytes(ProxyHeader.local()), text("ping"));
    assertThat(datagrams.last().sender()).isEqualTo(PROXY);
    datagrams.receive(text("not in a flow"));
    assertThat(flowsTold.all).containsExactly("MISSING");
  }

  @Test
  void headerOnceAnswersKeepTheFlowAlive() {
    flows(options().headerOnce(true).idleTime(Duration.ofSeconds(60))).receive(HEADER);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(59));
      assertThat(wayTo(CLIENT)).isEqualTo(PROXY);
    }
    datagrams.receive(text("still the same client"));
    assertThat(datagrams.last().sender()).isEqualTo(CLIENT);
    pass(Duration.ofSeconds(60));
    datagrams.receive(headerBytes(OTHER_CLIENT), text("the port's next client"));
    assertThat(datagrams.last().sender()).isEqualTo(OTHER_CLIENT);
  }

  @Test
  void headerOnceNoFlowInUseIsForgottenForANewOne() {
    flows(options().headerOnce(true).maxFlows(1).idleTime(Duration.ofSeconds(60)))
        .receive(HEADER)
        .receiveFrom(OTHER_PROXY, headerBytes(OTHER_CLIENT))
        .receive(text("still there"));
    assertThat(flowsTold.all).containsExactly("VALIDATION");
    assertThat(datagrams.last().sender()).isEqualTo(CLIENT);
    pass(Duration.ofSeconds(60));
    datagrams.receiveFrom(OTHER_PROXY, headerBytes(OTHER_CLIENT));
    assertThat(datagrams.last().sender()).isEqualTo(OTHER_CLIENT);
  }

  @Test
  void headerOnceAReadWhoseDatagramsAreAllDroppedIsFollowedByAnother() {
    datagrams.channel.config().setAutoRead(false);
    flows(options().headerOnce(true));
    int before = datagrams.reads;
    datagrams.receive(text("no flow"));
    datagrams.channel.pipeline().fireChannelReadComplete();
    assertThat(datagrams.reads).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("a million made-up clients take no more memory than the limit says")
  void floodOfFlows() throws UnknownHostException {
    int max = 1_000;
    flows = new ProxiedDatagramFlows(options().maxFlows(max).build());
    EmbeddedChannel channel = new EmbeddedChannel(flows);
    long before = usedHeap();
    for (int i = 0; i < 1_000_000; i++) {
      InetSocketAddress client =
          new InetSocketAddress(
              InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(i).array()), 1 + i % 60_000);
      channel.writeInbound(
          new ProxiedDatagram(
              Unpooled.EMPTY_BUFFER,
              SERVER,
              PROXY,
              ProxiedAddress.of(header(client), PROXY, SERVER)));
      channel.<ProxiedDatagram>readInbound().release();
      if (flows.size() > max) {
        throw new AssertionError("flow " + i + ": " + flows.size() + " flows");
      }
    }
    assertThat(flows.size()).isEqualTo(max);
    // 1,000 flows are half a megabyte; a million would be half a gigabyte.
    assertThat(usedHeap() - before).isLessThan(64L << 20);
    channel.finishAndReleaseAll();
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /**
   * All of them have the same hash, the JDK's and the table's: only their order tells them apart.
   */
  @Test
  @Timeout(120)
  void addressesChosenToCollideStayCheap() throws UnknownHostException {
    int count = 100_000;
    FlowTable table = new FlowTable(count, Long.MAX_VALUE, () -> 0);
    Flow flow = new Flow(PROXY, ProxiedAddress.of(header(CLIENT), PROXY, SERVER));
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < count; i++) {
      InetSocketAddress client = colliding(i);
      hashes.add(Endpoint.of(client).hashCode());
      table.put(client, flow);
    }
    for (int i = 0; i < count; i++) {
      assertThat(table.get(colliding(i))).isSameAs(flow);
    }
    assertThat(table.size()).isEqualTo(count);
    assertThat(hashes).hasSize(1);
  }

  private static InetSocketAddress colliding(int i) throws UnknownHostException {
    byte[] ip = ByteBuffer.allocate(16).putLong(i).putLong(-31L * i).array();
    return new InetSocketAddress(InetAddress.getByAddress(ip), 53);
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options().maxFlows(0))
        .withMessage("maxFlows: 0 (expected: >= 1)");
    assertThatIllegalArgumentException().isThrownBy(() -> options().idleTime(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options().idleTime(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options().idleTime(Duration.ofDays(200_000)));
    assertThatNullPointerException().isThrownBy(() -> options().listener(null));
    assertThatNullPointerException().isThrownBy(() -> new ProxiedDatagramFlows(null));
    assertThat(new ProxiedDatagramFlows().size()).isZero();
  }
}
