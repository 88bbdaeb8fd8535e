/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.testing.Addresses;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProxiedAddressTest {
  private static final InetSocketAddress SOURCE = Addresses.inet("192.0.2.1", 56324);
  private static final InetSocketAddress DESTINATION = Addresses.inet("198.51.100.2", 443);

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  @DisplayName("3 a header's addresses are the client's; peer() stays the proxy's")
  void addressesOfTheHeader() {
    Tlvs tlvs = Tlvs.builder().authority("example.com").build();
    ProxyHeader header =
        ProxyHeader.builder().source(SOURCE).destination(DESTINATION).tlvs(tlvs).build();
    ProxiedAddress address = ProxiedAddress.of(channel, header);
    assertThat(address.source()).isEqualTo(SOURCE);
    assertThat(address.destination()).isEqualTo(DESTINATION);
    assertThat(address.peer()).isEqualTo(channel.remoteAddress());
    assertThat(address.isProxied()).isTrue();
    assertThat(address.header()).isSameAs(header);
    assertThat(address.tlvs().first(TlvType.AUTHORITY)).isPresent();
  }

  @Test
  @DisplayName("3 unix addresses of a header are given out as such")
  void unixAddressesOfTheHeader() {
    DomainSocketAddress source = new DomainSocketAddress("/client");
    ProxyHeader header = ProxyHeader.of(source, new DomainSocketAddress("/server"));
    assertThat(ProxiedAddress.of(channel, header).source()).isEqualTo(source);
  }

  @Test
  @DisplayName("3 a header without addresses leaves the real ones, and is there")
  void localHeader() {
    ProxiedAddress address = ProxiedAddress.of(channel, ProxyHeader.local());
    assertThat(address.source()).isEqualTo(channel.remoteAddress());
    assertThat(address.destination()).isEqualTo(channel.localAddress());
    assertThat(address.isProxied()).isFalse();
    assertThat(address.header()).isEqualTo(ProxyHeader.local());
  }

  @Test
  @DisplayName("3 without a decoder a channel has its real addresses")
  void withoutDecoder() {
    ProxiedAddress address = ProxiedAddress.of(channel);
    assertThat(address.source()).isEqualTo(channel.remoteAddress());
    assertThat(address.destination()).isEqualTo(channel.localAddress());
    assertThat(address.peer()).isEqualTo(channel.remoteAddress());
    assertThat(address.isProxied()).isFalse();
    assertThat(address.header()).isNull();
    assertThat(address.tlvs().isEmpty()).isTrue();
    assertThat(channel.hasAttr(ProxiedAddress.KEY)).as("nothing is left behind").isFalse();
  }

  @Test
  @DisplayName("3 a channel that never was connected has addresses that are no null")
  void neverConnected() {
    EmbeddedChannel unregistered = new EmbeddedChannel(false, false);
    ProxiedAddress address = ProxiedAddress.of(unregistered);
    assertThat(address.source()).isNotNull().hasToString("unknown");
    assertThat(address.destination()).isNotNull();
    assertThat(address.peer()).isNotNull();
  }

  @Test
  @DisplayName("3 a child channel asks its parent, and the parent's parent")
  void childAsksItsParent() {
    EmbeddedChannel child = child(channel);
    EmbeddedChannel grandchild = child(child);
    ProxiedAddress address = ProxiedAddress.of(channel, ProxyHeader.of(SOURCE, DESTINATION));
    assertThat(ProxiedAddress.of(grandchild).isProxied()).isFalse();

    channel.attr(ProxiedAddress.KEY).set(address);
    assertThat(ProxiedAddress.of(child)).isSameAs(address);
    assertThat(ProxiedAddress.of(grandchild)).isSameAs(address);
    child.finish();
    grandchild.finish();
  }

  @Test
  @DisplayName("3 an attribute that was touched but not set is none")
  void emptyAttribute() {
    channel.attr(ProxiedAddress.KEY);
    assertThat(ProxiedAddress.of(channel).source()).isEqualTo(channel.remoteAddress());
  }

  private static EmbeddedChannel child(Channel parent) {
    return new EmbeddedChannel(parent, DefaultChannelId.newInstance(), true, false);
  }

  @Test
  void equalByHeaderAndRealAddresses() {
    ProxyHeader header = ProxyHeader.of(SOURCE, DESTINATION);
    ProxiedAddress address = ProxiedAddress.of(channel, header);
    ProxiedAddress same = ProxiedAddress.of(channel, ProxyHeader.of(SOURCE, DESTINATION));
    ProxiedAddress other = ProxiedAddress.of(channel, ProxyHeader.of(DESTINATION, SOURCE));
    assertThat(address).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(address).isNotEqualTo(other).isNotEqualTo(ProxiedAddress.of(channel, null));
    assertThat(address).isNotEqualTo("an address");
    assertThat(address).isNotEqualTo(ProxiedAddress.of(new EmbeddedChannel(false, false), header));
  }

  @Test
  void realLocalAddressIsThereBesideTheDestinationOfTheHeader() {
    ProxiedAddress address = ProxiedAddress.of(channel, ProxyHeader.of(SOURCE, DESTINATION));
    assertThat(address.local()).isEqualTo(channel.localAddress());
    assertThat(address.destination()).isEqualTo(DESTINATION);
    assertThat(ProxiedAddress.of(null, SOURCE, DESTINATION).local()).isEqualTo(DESTINATION);
    assertThat(ProxiedAddress.of(null, null, null).local()).isNotNull();
  }

  @Test
  void policyIsSkipWithoutADecoder() {
    assertThat(ProxiedAddress.of(channel).policy()).isEqualTo(ProxyHeaderPolicy.SKIP);
    assertThat(ProxiedAddress.of(null, SOURCE, DESTINATION).policy())
        .isEqualTo(ProxyHeaderPolicy.SKIP);
  }

  @ParameterizedTest
  @EnumSource(names = "CLOSE", mode = EnumSource.Mode.EXCLUDE)
  void policyIsTheOneThatWasSet(ProxyHeaderPolicy policy) {
    assertThat(accepted(policy, ReceiverOptions.builder().policy(policy)).policy())
        .isEqualTo(policy);
  }

  @ParameterizedTest
  @EnumSource
  void policyIsTheOneThatTheSelectorChoseAlsoIfRefusalsAreOnlyReported(ProxyHeaderPolicy policy) {
    ReceiverOptions.Builder options =
        ReceiverOptions.builder().policy(any -> policy).reportOnly(true);
    assertThat(accepted(policy, options).policy()).isEqualTo(policy);
  }

  /** Returns what a decoder finds out about a peer that behaves as the policy wants it to. */
  private ProxiedAddress accepted(ProxyHeaderPolicy policy, ReceiverOptions.Builder options) {
    channel.pipeline().addLast(new ProxyHeaderDecoder(options.build()));
    boolean direct = policy == ProxyHeaderPolicy.REJECT || policy == ProxyHeaderPolicy.SKIP;
    String bytes = direct ? "hello" : "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
    channel.runPendingTasks();
    assertThat(channel.hasAttr(ProxiedAddress.KEY)).isTrue();
    return ProxiedAddress.of(channel);
  }

  @Test
  void equalAlsoIfThePoliciesDiffer() {
    ProxiedAddress used = ProxiedAddress.of(null, SOURCE, DESTINATION, ProxyHeaderPolicy.USE);
    assertThat(used)
        .isEqualTo(ProxiedAddress.of(null, SOURCE, DESTINATION))
        .hasSameHashCodeAs(ProxiedAddress.of(null, SOURCE, DESTINATION));
    assertThat(used).asString().contains("USE");
  }

  @Test
  void textTellsClientAndPeer() {
    ProxiedAddress address = ProxiedAddress.of(channel, ProxyHeader.of(SOURCE, DESTINATION));
    assertThat(address.toString()).contains("192.0.2.1", "198.51.100.2", "embedded");
  }

  @Test
  void textIsOneLineWhateverPathThePeerHasBoundItsSocketTo() {
    DomainSocketAddress peer = new DomainSocketAddress("/tmp/a\nforged\u001b[31m\u2028");
    assertThat(ProxiedAddress.of(null, peer, peer).toString())
        .contains("/tmp/a?forged?[31m?")
        .hasLineCount(1);
  }

  @Test
  void unknownAddressStaysOneObjectWhenSerialized() throws Exception {
    Object unknown = ProxiedAddress.of(new EmbeddedChannel(false, false)).peer();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(unknown);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isSameAs(unknown);
    }
  }
}
