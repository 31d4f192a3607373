"""The least that each job needs: the yardstick of every ratio.

Same server, same authentication (bearer over REST, session on pages), same framework; no policy, no
history, no clocks, no promises.
"""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.models import BareEvent, BareReport, BareTimer
from foundation import clock

PAGE = 50


class BareSerializer(serializers.ModelSerializer[BareReport]):
    class Meta:
        model = BareReport
        fields = ("id", "title", "description", "team", "state", "priority", "due_at")
        read_only_fields = ("state", "due_at")


class BareFile(APIView):
    """Insert report, timer and event in one transaction."""

    @transaction.atomic
    def post(self, request: Request) -> Response:
        form = BareSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        due = clock.now() + timedelta(days=1)
        report = form.save(filed_by=request.user, state="to_be_investigated", due_at=due)
        BareTimer.objects.create(report=report, due_at=due)
        BareEvent.objects.create(report=report, name="filed")
        return Response(BareSerializer(report).data, status=201)


class BareQueue(APIView):
    def get(self, request: Request) -> Response:
        return Response({"results": BareSerializer(_queue(), many=True).data})


class BareOne(APIView):
    def get(self, request: Request, key: int) -> Response:
        return Response(BareSerializer(BareReport.objects.get(pk=key)).data)


@login_required
def queue_page(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/queue.html", {"rows": list(_queue())})


@login_required
def one_page(request: HttpRequest, key: int) -> HttpResponse:
    return render(request, "bench/one.html", {"row": BareReport.objects.get(pk=key)})


def _queue():  # type: ignore[no-untyped-def]
    team = BareReport.objects.order_by("pk").values_list("team", flat=True)[:1]
    return BareReport.objects.filter(team=team, state="to_be_investigated").order_by(
        "due_at", "pk"
    )[:PAGE]
